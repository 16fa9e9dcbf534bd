//! The rules that are known, by id and by resource type.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

use super::example::{self, Example, ExampleError};
use super::{Check, Documentation, RuleSpec};
use crate::dialect::Dialects;
use crate::secret::Knowledge;

/// All rules and their documentation.
#[derive(Debug, Default)]
pub struct Catalogue {
    rules: Vec<&'static RuleSpec>,
    documentation: Vec<Documentation>,
    by_type: FxHashMap<SmolStr, Vec<&'static RuleSpec>>,
    secrets: Knowledge,
    dialects: Dialects,
    fixtures: &'static [(&'static str, &'static str)],
}

impl Catalogue {
    /// A catalogue of these rules, sorted by id.
    pub fn new(mut rules: Vec<&'static RuleSpec>, mut documentation: Vec<Documentation>) -> Catalogue {
        rules.sort_by_key(|rule| rule.id);
        documentation.sort_by_key(|documentation| documentation.id);
        let mut by_type: FxHashMap<SmolStr, Vec<&'static RuleSpec>> = FxHashMap::default();
        for rule in &rules {
            for ty in rule.check.resource_types() {
                by_type.entry(ty.to_ascii_lowercase_smolstr()).or_default().push(rule);
            }
        }
        let (secrets, dialects) = (Knowledge::default(), Dialects::default());
        Catalogue { rules, documentation, by_type, secrets, dialects, fixtures: &[] }
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
    pub fn rules(&self) -> &[&'static RuleSpec] {
        &self.rules
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&'static RuleSpec> {
        let index = self.rules.binary_search_by_key(&id, |rule| rule.id).ok()?;
        self.rules.get(index).copied()
    }

    /// The rules that run on each resource of a type (without regard to case), sorted by id.
    pub fn for_type(&self, ty: &str) -> &[&'static RuleSpec] {
        self.by_type.get(&ty.to_ascii_lowercase_smolstr()).map_or(&[], Vec::as_slice)
    }

    /// The rules that run once on each deployment, sorted by id.
    pub fn for_deployments(&self) -> impl Iterator<Item = &'static RuleSpec> {
        self.rules.iter().copied().filter(|rule| matches!(rule.check, Check::Deployment(_)))
    }

    /// The documentation of a rule.
    pub fn documentation(&self, id: &str) -> Option<Documentation> {
        let index = self.documentation.binary_search_by_key(&id, |documentation| documentation.id).ok()?;
        self.documentation.get(index).copied()
    }

    /// The examples on the page of a rule; their lines are those of the page.
    pub fn examples(&self, id: &str) -> Result<Vec<Example>, ExampleError> {
        let Some(documentation) = self.documentation(id) else { return Ok(Vec::new()) };
        let above = documentation.first_line - 1;
        let mut examples = example::parse_with(documentation.text, self.fixtures)
            .map_err(|error| ExampleError { line: error.line + above, ..error })?;
        examples.iter_mut().for_each(|example| example.move_down(above));
        Ok(examples)
    }
}
