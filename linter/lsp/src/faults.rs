//! Configurations that may be faulty: what is wrong is kept for the user, and the last good text holds, or
//! what holds where there is no file.

use std::collections::HashMap;
use std::path::PathBuf;

use armlint_engine::rule::Catalogue;
use armlint_workspace::config::{self, ConfigFile, Configuration, Options};
use armlint_workspace::error::{Error, Fault, FaultPlace};

/// What is wrong in a configuration.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    /// The file, as it is opened.
    pub(super) path: PathBuf,
    /// Where in it; none where that is not known.
    pub(super) place: Option<FaultPlace>,
    /// One sentence, and perhaps what to do.
    pub(super) message: String,
}

/// The configurations of a root.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Those of the last reading.
    pub(super) problems: Vec<Problem>,
    // The last text of each file that was read without a fault.
    good: HashMap<PathBuf, String>,
}

impl Faults {
    /// Forgets what was wrong, since everything is read anew.
    pub(super) fn clear(&mut self) {
        self.problems.clear();
    }

    /// Reads configurations from now on; never gives an error.
    pub(super) fn reader(
        &mut self,
    ) -> impl FnMut(ConfigFile<'_>, &Options, &Catalogue) -> Result<Configuration, Error> + use<'_> {
        |file, options, catalogue| Ok(self.read(file, options, catalogue))
    }

    fn read(&mut self, file: ConfigFile<'_>, options: &Options, catalogue: &Catalogue) -> Configuration {
        let text = match config::text(file) {
            Ok(text) => text,
            Err(error) => {
                let (path, message) = (file.path.to_path_buf(), error.to_string());
                return self.instead(file, Problem { path, place: None, message }, options, catalogue);
            }
        };
        match config::parse(&text, file, options, catalogue) {
            Ok(configuration) => {
                self.good.insert(file.path.to_path_buf(), text);
                self.tell(&configuration);
                configuration
            }
            Err(fault) => self.instead(file, problem(&fault), options, catalogue),
        }
    }

    fn instead(
        &mut self,
        file: ConfigFile<'_>,
        problem: Problem,
        options: &Options,
        catalogue: &Catalogue,
    ) -> Configuration {
        let good =
            self.good.get(file.path).and_then(|text| config::parse(text, file, options, catalogue).ok());
        self.problems.push(problem);
        let configuration = good.unwrap_or_else(|| config::default(file.folder, options));
        self.tell(&configuration);
        configuration
    }

    // What is wrong with packs, once for all configurations that name them.
    fn tell(&mut self, configuration: &Configuration) {
        for problem in configuration.faults.iter().map(problem) {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}

fn problem(fault: &Fault) -> Problem {
    let hint = fault.hint.as_ref().map(|hint| format!("\nHelp: {hint}")).unwrap_or_default();
    let message = format!("{}{hint}", fault.message);
    Problem { path: fault.file.clone(), place: fault.place.clone(), message }
}
