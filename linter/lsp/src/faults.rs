//! Configurations that may be faulty: what is wrong is kept for the user, and the last good text holds, or
//! what holds where there is no file.

use std::collections::HashMap;
use std::path::PathBuf;

use armlint_engine::rule::Catalogue;
use armlint_workspace::config::{self, ConfigFile, Configuration, Options};
use armlint_workspace::error::{Error, FaultPlace};

/// What is wrong in a configuration.
#[derive(Clone, Debug)]
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
            Err(error) => return self.instead(file, None, error.to_string(), options, catalogue),
        };
        match config::parse(&text, file, options, catalogue) {
            Ok(configuration) => {
                self.good.insert(file.path.to_path_buf(), text);
                configuration
            }
            Err(fault) => {
                let hint = fault.hint.map(|hint| format!("\nHelp: {hint}")).unwrap_or_default();
                let message = format!("{}{hint}", fault.message);
                self.instead(file, fault.place, message, options, catalogue)
            }
        }
    }

    fn instead(
        &mut self,
        file: ConfigFile<'_>,
        place: Option<FaultPlace>,
        message: String,
        options: &Options,
        catalogue: &Catalogue,
    ) -> Configuration {
        let path = file.path.to_path_buf();
        let good = self.good.get(&path).and_then(|text| config::parse(text, file, options, catalogue).ok());
        self.problems.push(Problem { path, place, message });
        good.unwrap_or_else(|| config::default(file.folder, options))
    }
}
