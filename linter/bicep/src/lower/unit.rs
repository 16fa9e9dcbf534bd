//! The names of a file, and what they stand for.

use std::collections::HashMap;

use armlint_engine::source::Source;
use armlint_engine::span::Span;
use armlint_engine::syntax::Node;
use smol_str::{SmolStr, format_smolstr};

use crate::syntax::{
    Entry, Expression, ExpressionKind, Extension, File, Function, Imported, Loop, Name, Output, Parameter,
    Resource, Statement, StatementKind, Type, Variable,
};

/// The type of a module.
pub(super) const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

/// A version that modules are deployed with.
const DEPLOYMENTS_VERSION: &str = "2025-04-01";

/// A type that a file declares, with the statement that it stands in.
pub(super) type TypeDeclaration<'f> = (&'f Name, &'f Type, &'f Statement);

/// What a name that is imported stands for: the file, where it is here, and the name there.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) unit: Option<usize>,
    pub(super) name: SmolStr,
}

/// A file and its names. Of names that are declared twice the first counts.
pub(super) struct Unit<'f> {
    pub(super) source: &'f Source,
    pub(super) file: &'f File,
    /// The template, where the file is one.
    pub(super) template: Option<&'f Node>,
    pub(super) scope: TargetScope,
    pub(super) parameters: HashMap<&'f str, (&'f Parameter, &'f Statement)>,
    pub(super) variables: HashMap<&'f str, (&'f Variable, &'f Statement)>,
    pub(super) types: HashMap<&'f str, TypeDeclaration<'f>>,
    pub(super) functions: HashMap<&'f str, (&'f Function, &'f Statement)>,
    /// What a file of parameters gives.
    pub(super) assignments: HashMap<&'f str, &'f Expression>,
    /// The file of parameters that this one extends.
    pub(super) base: Option<usize>,
    pub(super) outputs: Vec<(&'f Output, &'f Statement)>,
    /// All, also those in others.
    pub(super) resources: Vec<Declared<'f>>,
    pub(super) top: HashMap<&'f str, usize>,
    pub(super) imports: HashMap<SmolStr, Import>,
    pub(super) wildcards: HashMap<SmolStr, Option<usize>>,
    /// What extensions are called, and whether they are Azure.
    pub(super) extensions: HashMap<SmolStr, bool>,
}

/// A resource or a module.
pub(super) struct Declared<'f> {
    pub(super) statement: &'f Statement,
    pub(super) node: &'f Resource,
    pub(super) is_module: bool,
    /// The resource whose body it stands in.
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    /// The symbolic name, with those around it.
    pub(super) key: SmolStr,
    /// The whole type, and the version.
    pub(super) ty: SmolStr,
    pub(super) version: SmolStr,
    /// It is one of Azure, and of no other extension.
    pub(super) is_azure: bool,
}

impl<'f> Declared<'f> {
    pub(super) fn name(&self) -> &'f Name {
        &self.node.name
    }

    pub(super) fn each(&self) -> Option<&'f Loop> {
        self.node.each.as_ref()
    }

    pub(super) fn is_loop(&self) -> bool {
        self.node.each.is_some()
    }

    pub(super) fn property(&self, name: &str) -> Option<&'f Expression> {
        self.node.body.member(name).map(|member| &member.value)
    }

    pub(super) fn is(&self, ty: &str) -> bool {
        self.ty.eq_ignore_ascii_case(ty)
    }
}

/// Where a file is deployed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TargetScope {
    #[default]
    ResourceGroup,
    Subscription,
    ManagementGroup,
    Tenant,
}

impl TargetScope {
    fn named(name: &str) -> TargetScope {
        match name {
            "subscription" => TargetScope::Subscription,
            "managementGroup" => TargetScope::ManagementGroup,
            "tenant" => TargetScope::Tenant,
            _ => TargetScope::ResourceGroup,
        }
    }

    /// The schema of a template for it.
    pub(super) fn schema(self) -> &'static str {
        match self {
            TargetScope::ResourceGroup => {
                "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
            }
            TargetScope::Subscription => {
                "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"
            }
            TargetScope::ManagementGroup => {
                "https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#"
            }
            TargetScope::Tenant => {
                "https://schema.management.azure.com/schemas/2019-08-01/tenantDeploymentTemplate.json#"
            }
        }
    }
}

impl<'f> Unit<'f> {
    /// The names of a file; `open` says which file a path leads to.
    pub(super) fn new(source: &'f Source, file: &'f File, open: &dyn Fn(&str) -> Option<usize>) -> Unit<'f> {
        let mut unit = Unit::empty(source, file);
        for statement in &file.statements {
            unit.declare(statement, open);
        }
        for statement in &file.statements {
            unit.resource(statement, None);
        }
        unit
    }

    fn empty(source: &'f Source, file: &'f File) -> Unit<'f> {
        Unit {
            source,
            file,
            template: None,
            scope: TargetScope::default(),
            parameters: HashMap::new(),
            variables: HashMap::new(),
            types: HashMap::new(),
            functions: HashMap::new(),
            assignments: HashMap::new(),
            base: None,
            outputs: Vec::new(),
            resources: Vec::new(),
            top: HashMap::new(),
            imports: HashMap::new(),
            wildcards: HashMap::new(),
            extensions: HashMap::new(),
        }
    }

    /// A template that something is imported from.
    pub(super) fn of_template(source: &'f Source, file: &'f File, template: &'f Node) -> Unit<'f> {
        Unit { template: Some(template), ..Unit::empty(source, file) }
    }

    fn declare(&mut self, statement: &'f Statement, open: &dyn Fn(&str) -> Option<usize>) {
        match &statement.kind {
            StatementKind::TargetScope(value) => {
                if let Some(name) = value.text() {
                    self.scope = TargetScope::named(&name.text);
                }
            }
            StatementKind::Parameter(parameter) => {
                self.parameters.entry(&parameter.name.text).or_insert((parameter, statement));
            }
            StatementKind::Variable(variable) => {
                self.variables.entry(&variable.name.text).or_insert((variable, statement));
            }
            StatementKind::Type(name, ty) => {
                self.types.entry(&name.text).or_insert((name, ty, statement));
            }
            StatementKind::Function(function) => {
                self.functions.entry(&function.name.text).or_insert((function, statement));
            }
            StatementKind::Assignment(name, value) => {
                self.assignments.entry(&name.text).or_insert(value);
            }
            StatementKind::Extends(path) => self.base = path.text().and_then(|path| open(&path.text)),
            StatementKind::Output(output) => self.outputs.push((output, statement)),
            StatementKind::Extension(extension) => {
                let is_azure = extension.what.name().is_some_and(|name| name == "az");
                self.extensions.extend(alias(extension).map(|name| (name, is_azure)));
            }
            StatementKind::Import(import) => {
                let unit = import.path.text().and_then(|path| open(&path.text));
                match &import.what {
                    Imported::Names(names) => names.iter().for_each(|(name, alias)| {
                        let import = Import { unit, name: name.text.clone() };
                        self.imports.entry(alias.text.clone()).or_insert(import);
                    }),
                    Imported::All(name) => _ = self.wildcards.entry(name.text.clone()).or_insert(unit),
                    Imported::Broken => {}
                }
            }
            _ => {}
        }
    }

    /// The extensions, and what they are called.
    pub(super) fn extension_statements(&self) -> Vec<(&'f Statement, &'f Extension, SmolStr)> {
        let statements = self.file.statements.iter();
        let named = statements.filter_map(|statement| match &statement.kind {
            StatementKind::Extension(extension) => Some((statement, &**extension, alias(extension)?)),
            _ => None,
        });
        named.collect()
    }

    fn resource(&mut self, statement: &'f Statement, parent: Option<usize>) {
        let (node, is_module) = match &statement.kind {
            StatementKind::Resource(node) => (&**node, false),
            StatementKind::Module(node) if parent.is_none() => (&**node, true),
            _ => return,
        };
        let place = self.resources.len();
        let above = parent.map(|parent| &self.resources[parent]);
        let (ty, version, is_azure) = match is_module {
            true => (DEPLOYMENTS.into(), DEPLOYMENTS_VERSION.into(), true),
            false => self.resource_type(node, above),
        };
        let key = match above {
            Some(above) => format_smolstr!("{}::{}", above.key, node.name.text),
            None => node.name.text.clone(),
        };
        let children = Vec::new();
        self.resources.push(Declared {
            statement,
            node,
            is_module,
            parent,
            children,
            key,
            ty,
            version,
            is_azure,
        });
        match parent {
            Some(parent) => self.resources[parent].children.push(place),
            None => _ = self.top.entry(&node.name.text).or_insert(place),
        }
        for entry in node.body.entries() {
            if let Entry::Resource(statement) = entry {
                self.resource(statement, Some(place));
            }
        }
    }

    // Type, version, and whether it is Azure's.
    fn resource_type(&self, node: &Resource, above: Option<&Declared<'_>>) -> (SmolStr, SmolStr, bool) {
        let Some(written) = node.ty.text() else { return Default::default() };
        let (namespace, rest) = match written.text.split_once(':') {
            Some((namespace, rest)) => (Some(namespace), rest),
            None => (None, written.text.as_str()),
        };
        let (ty, version) = rest.split_once('@').unwrap_or((rest, ""));
        if let Some(above) = above {
            let version = if version.is_empty() { above.version.clone() } else { version.into() };
            return (format_smolstr!("{}/{ty}", above.ty), version, above.is_azure);
        }
        let is_named =
            namespace.is_none_or(|name| self.extensions.get(name).copied().unwrap_or(name == "az"));
        (ty.into(), version.into(), is_named && ty.contains('/') && is_azure_version(version))
    }

    /// The resource that a name means at file level or in the bodies around.
    pub(super) fn named(&self, name: &str, around: Option<usize>) -> Option<usize> {
        let mut at = around;
        while let Some(place) = at {
            let above = &self.resources[place];
            if let Some(found) = self.child(place, name) {
                return Some(found);
            }
            at = above.parent;
        }
        self.top.get(name).copied()
    }

    /// The resource of a name that stands in the body of another.
    pub(super) fn child(&self, parent: usize, name: &str) -> Option<usize> {
        let children = &self.resources.get(parent)?.children;
        children.iter().copied().find(|child| self.resources[*child].node.name.text == name)
    }

    /// A place for what the whole file says.
    pub(super) fn start(&self) -> Span {
        Span::new(self.source.id, 0, 0)
    }
}

// What an extension is called in the file.
fn alias(extension: &Extension) -> Option<SmolStr> {
    let alias = extension.alias.as_ref().map(|alias| alias.text.clone());
    let text = || extension.what.text().map(|text| extension_name(&text.text));
    alias.or_else(|| extension.what.name().cloned()).or_else(text)
}

// The last part of the path of an extension in a registry.
fn extension_name(path: &str) -> SmolStr {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.split([':', '@']).next().unwrap_or(last).into()
}

// `2024-01-01`, perhaps with the kind of a preview.
fn is_azure_version(version: &str) -> bool {
    const ENDS: [&str; 6] = ["", "-preview", "-alpha", "-beta", "-rc", "-privatepreview"];
    let Some((date, end)) = version.split_at_checked(10) else { return false };
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_date && ENDS.iter().any(|own| end.eq_ignore_ascii_case(own))
}

/// The value of an expression that needs no evaluation: a literal text, perhaps of a variable.
pub(super) fn literal<'f>(unit: &Unit<'f>, expression: &'f Expression) -> Option<&'f SmolStr> {
    let mut at = expression.bare();
    for _ in 0..8 {
        match &at.kind {
            ExpressionKind::Text(text) => return Some(&text.text),
            ExpressionKind::Name(name) => at = unit.variables.get(name.as_str())?.0.value.bare(),
            _ => return None,
        }
    }
    None
}
