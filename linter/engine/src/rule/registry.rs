//! The rules that are known, by id and by resource type.

use std::ops::Deref;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::declarative::Loaded;
use super::example::{self, Example, ExampleError};
use super::{Check, Documentation, RuleSpec};
use crate::dialect::Dialects;
use crate::secret::Knowledge;

/// A rule of a catalogue: a constant of the program, or read from a page of a pack.
#[derive(Clone, Debug)]
pub enum Rule {
    /// One of the program.
    BuiltIn(&'static RuleSpec),
    /// One that lives as long as the catalogues that have it.
    Loaded(Arc<RuleSpec>),
}

impl Deref for Rule {
    type Target = RuleSpec;

    fn deref(&self) -> &RuleSpec {
        match self {
            Rule::BuiltIn(spec) => spec,
            Rule::Loaded(spec) => spec,
        }
    }
}

/// All rules and their documentation.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rules: Vec<Rule>,
    documentation: Vec<Documentation>,
    by_type: FxHashMap<SmolStr, Vec<Rule>>,
    // The rules of types that end with `*`, with what stands before that, in lower case.
    by_prefix: Vec<(SmolStr, Rule)>,
    secrets: Knowledge,
    dialects: Dialects,
    fixtures: &'static [(&'static str, &'static str)],
    packs: Packs,
}

/// What is known of the packs of a catalogue.
#[derive(Clone, Debug, Default)]
struct Packs {
    // Of the texts of all pages; 0 where there are none.
    identity: u64,
    // With their slash.
    incomplete: Vec<String>,
}

impl Catalogue {
    /// A catalogue of these rules, sorted by id.
    pub fn new(rules: Vec<&'static RuleSpec>, documentation: Vec<Documentation>) -> Catalogue {
        let mut catalogue = Catalogue { documentation, ..Catalogue::default() };
        catalogue.add(rules.into_iter().map(Rule::BuiltIn).collect());
        catalogue
    }

    /// The same, with the rules of packs. `incomplete` are namespaces of which some pages could not be read: a name in
    /// one of them may well be that of a rule.
    pub fn with_packs(&self, loaded: &[Loaded], incomplete: Vec<String>) -> Catalogue {
        let mut catalogue = self.clone();
        for Loaded { documentation, identity, .. } in loaded {
            catalogue.documentation.push(documentation.clone());
            catalogue.packs.identity = catalogue.packs.identity.rotate_left(1) ^ identity;
        }
        catalogue.packs.incomplete.extend(incomplete);
        catalogue.add(loaded.iter().map(|loaded| loaded.rule.clone()).collect());
        catalogue
    }

    /// The same, with those rules of another catalogue that have other ids.
    pub fn united(&self, other: &Catalogue) -> Catalogue {
        let mut catalogue = self.clone();
        let new = |id: &str| self.rule(id).is_none();
        let documentation = other.documentation.iter().filter(|documentation| new(documentation.id));
        catalogue.documentation.extend(documentation.cloned());
        catalogue.packs.incomplete.extend(other.packs.incomplete.iter().cloned());
        catalogue.add(other.rules.iter().filter(|rule| new(rule.id)).cloned().collect());
        catalogue
    }

    // A type and an id have few rules, and all of them stay sorted.
    fn add(&mut self, rules: Vec<Rule>) {
        for rule in &rules {
            for ty in rule.check.resource_types() {
                let ty = ty.to_ascii_lowercase_smolstr();
                match ty.strip_suffix('*') {
                    Some(prefix) => self.by_prefix.push((prefix.into(), rule.clone())),
                    None => self.by_type.entry(ty).or_default().push(rule.clone()),
                }
            }
        }
        self.rules.extend(rules);
        self.rules.sort_by_key(|rule| rule.id);
        self.by_type.values_mut().for_each(|rules| rules.sort_by_key(|rule| rule.id));
        self.documentation.sort_by_key(|documentation| documentation.id);
    }

    /// The same, with what its rules' services know of secrets.
    pub fn with_secrets(self, secrets: Knowledge) -> Catalogue {
        Catalogue { secrets, ..self }
    }

    /// The same, with the dialects that are read beside templates.
    pub fn with_dialects(self, dialects: Dialects) -> Catalogue {
        Catalogue { dialects, ..self }
    }

    /// The same, with the fixtures that examples name, see [`example::parse_with`].
    pub fn with_fixtures(self, fixtures: &'static [(&'static str, &'static str)]) -> Catalogue {
        Catalogue { fixtures, ..self }
    }

    /// What the services know of secrets.
    pub fn secrets(&self) -> &Knowledge {
        &self.secrets
    }

    /// The dialects that are read beside templates.
    pub fn dialects(&self) -> Dialects {
        self.dialects
    }

    /// All rules, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&RuleSpec> {
        self.find(id).map(|rule| &**rule)
    }

    /// The same, with where it is from.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        let index = self.rules.binary_search_by_key(&id, |rule| rule.id).ok()?;
        self.rules.get(index)
    }

    /// The rules that run on each resource of a type (without regard to case).
    pub fn for_type(&self, ty: &str) -> impl Iterator<Item = &RuleSpec> {
        let ty = ty.to_ascii_lowercase_smolstr();
        let exact = self.by_type.get(&ty).map_or(&[][..], Vec::as_slice).iter();
        let wider = self.by_prefix.iter().filter(move |(prefix, _)| ty.starts_with(&**prefix));
        exact.chain(wider.map(|(_, rule)| rule)).map(|rule| &**rule)
    }

    /// The rules that run once on each deployment, sorted by id.
    pub fn for_deployments(&self) -> impl Iterator<Item = &RuleSpec> {
        self.rules.iter().map(|rule| &**rule).filter(|rule| matches!(rule.check, Check::Deployment(_)))
    }

    /// Whether a name of a rule, or a prefix that ends with `/`, may be one of a pack of which not all pages could be
    /// read.
    pub fn may_have(&self, name: &str) -> bool {
        self.packs.incomplete.iter().any(|namespace| name.starts_with(namespace.as_str()))
    }

    /// What tells the catalogues of one program from each other.
    pub(crate) fn identity(&self) -> u64 {
        self.packs.identity
    }

    /// The documentation of a rule.
    pub fn documentation(&self, id: &str) -> Option<&Documentation> {
        let index = self.documentation.binary_search_by_key(&id, |documentation| documentation.id).ok()?;
        self.documentation.get(index)
    }

    /// The examples on the page of a rule; their lines are those of the page.
    pub fn examples(&self, id: &str) -> Result<Vec<Example>, ExampleError> {
        let Some(documentation) = self.documentation(id) else { return Ok(Vec::new()) };
        let above = documentation.first_line - 1;
        let mut examples = example::parse_with(&documentation.text, self.fixtures)
            .map_err(|error| ExampleError { line: error.line + above, ..error })?;
        examples.iter_mut().for_each(|example| example.move_down(above));
        Ok(examples)
    }
}
