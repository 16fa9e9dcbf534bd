//! A secret passes through a parameter that is not secure
//!
//! ## Why
//!
//! Resource Manager keeps the values of parameters in the deployment history, and shows them to everybody
//! who can read the resource group. Values of the types `securestring` and `secureObject` are left out
//! (Parameters in ARM templates, 2024-06-20). A `string` or `object` that holds a secret gives it away, and
//! so does a nested deployment that takes it under such a type, although the outer template declares it
//! secure: each deployment has a history of its own.
//!
//! A parameter is reported where it feeds a secret of a linked service or of another artefact of a factory,
//! through variables, functions and nested deployments; and, in a nested template, wherever it is given a
//! secure parameter, the result of a `list*()` call, such as the key of an integration runtime, or a
//! reference to Key Vault.
//!
//! ## How to fix
//!
//! Give the parameter the type `securestring`, or `secureObject` for an object; in Bicep, decorate it with
//! `@secure()`. Take its default away where it has one.
//!
//! ## Examples
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "sparkKey": {
//!       "type": "string" // expect: adf/secret-parameter-not-secure
//!     }
//!   },
//!   "variables": { "key": "[parameters('sparkKey')]" },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "contoso-adf/spark",
//!       "properties": {
//!         "type": "AzureDatabricks", // expect: adf/prefer-managed-identity
//!         "typeProperties": {
//!           "domain": "https://adb-1234567890123456.7.azuredatabricks.net",
//!           "existingClusterId": "0101-010101-abcdefgh",
//!           "accessToken": { "type": "SecureString", "value": "[variables('key')]" }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The outer parameter is secure, that of the module is not:
//!
//! ```jsonc bad
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "languageVersion": "2.0",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "runtimeName": { "type": "string" }
//!   },
//!   "resources": {
//!     "host": {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "runtime-host",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": {
//!           "authKey": {
//!             "value": "[listAuthKeys(resourceId('Microsoft.DataFactory/factories/integrationRuntimes', parameters('factoryName'), parameters('runtimeName')), '2018-06-01').authKey1]"
//!           }
//!         },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": {
//!             "authKey": {
//!               "type": "string" // expect: adf/secret-parameter-not-secure
//!             }
//!           },
//!           "resources": []
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "ftpPassword": { "type": "securestring" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.Resources/deployments",
//!       "apiVersion": "2022-09-01",
//!       "name": "factory-content",
//!       "properties": {
//!         "expressionEvaluationOptions": { "scope": "inner" },
//!         "mode": "Incremental",
//!         "parameters": {
//!           "factoryName": { "value": "[parameters('factoryName')]" },
//!           "setupToken": { "value": "[parameters('ftpPassword')]" }
//!         },
//!         "template": {
//!           "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!           "contentVersion": "1.0.0.0",
//!           "parameters": {
//!             "factoryName": { "type": "string" },
//!             "setupToken": { "type": "securestring" }
//!           },
//!           "resources": []
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```
//!
//! The name of a secret is no secret:
//!
//! ```jsonc good
//! {
//!   "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
//!   "contentVersion": "1.0.0.0",
//!   "parameters": {
//!     "factoryName": { "type": "string" },
//!     "passwordSecretName": { "type": "string", "defaultValue": "crm-loader" }
//!   },
//!   "resources": [
//!     {
//!       "type": "Microsoft.DataFactory/factories/linkedservices",
//!       "apiVersion": "2018-06-01",
//!       "name": "[concat(parameters('factoryName'), '/crm')]",
//!       "properties": {
//!         "type": "RestService",
//!         "typeProperties": {
//!           "url": "https://crm.example.com/api",
//!           "enableServerCertificateValidation": true,
//!           "authenticationType": "Basic",
//!           "userName": "loader",
//!           "password": {
//!             "type": "AzureKeyVaultSecret",
//!             "store": { "type": "LinkedServiceReference", "referenceName": "vault" },
//!             "secretName": "[parameters('passwordSecretName')]"
//!           }
//!         }
//!       }
//!     }
//!   ]
//! }
//! ```

use std::collections::BTreeMap;
use std::rc::Rc;

use armlint_engine::finding::{Applicability, Category, Confidence, Edit, Label, Severity};
use armlint_engine::graph::{Graph, ParameterUse, Resource};
use armlint_engine::rule::{Check, Context, RuleSpec};
use armlint_engine::span::Span;
use armlint_engine::value::{Parameter, Value};

use crate::model::secret::{self, Offence, Parameters, Secret, Secrets};

/// The rule.
pub(crate) static RULE: RuleSpec = RuleSpec {
    id: "adf/secret-parameter-not-secure",
    category: Category::Secrets,
    severity: Severity::High,
    equivalents: &[
        "psrule:Azure.Deployment.SecureParameter",
        "psrule:Azure.Deployment.SecretLeak",
        "arm-ttk:Password-params-must-be-secure",
        "bicep-linter:secure-secrets-in-params",
    ],
    references: &[
        "Parameters in ARM templates, Secure parameters, 2024-06-20",
        "Best practices for ARM templates, 2024-09-26",
    ],
    sentences: &["A10"],
    check: Check::Deployment(check),
};

// A parameter and why it should be secure.
struct Leak<'a> {
    parameter: Rc<Parameter>,
    feeds: Vec<(&'a Resource, &'a Secret)>,
    given: Vec<Value>,
}

fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let secrets = cx.derived(Secrets::build);
    let parameters = cx.derived(Parameters::build);
    let mut leaks: BTreeMap<Span, Leak<'_>> = BTreeMap::new();
    for (artefact, secret) in secrets.all(graph) {
        let Some(Offence::PlainParameters(plain)) = parameters.offence(artefact, secret) else { continue };
        for parameter in plain {
            leak(&mut leaks, &parameter).feeds.push((artefact, secret));
        }
    }
    for declared in graph.parameters.iter().filter(|declared| is_given_secret(graph, declared)) {
        leak(&mut leaks, &declared.parameter).given.push(declared.given.clone());
    }
    for leak in leaks.into_values() {
        report(cx, &parameters, &leak);
    }
}

fn leak<'l, 'a>(leaks: &'l mut BTreeMap<Span, Leak<'a>>, parameter: &Rc<Parameter>) -> &'l mut Leak<'a> {
    leaks.entry(parameter.span).or_insert_with(|| Leak {
        parameter: parameter.clone(),
        feeds: Vec::new(),
        given: Vec::new(),
    })
}

fn report(cx: &mut Context<'_>, parameters: &Parameters, leak: &Leak<'_>) {
    let graph = cx.graph();
    let Parameter { name, ty, type_span, .. } = &*leak.parameter;
    let verb = if leak.feeds.is_empty() { "is given" } else { "feeds" };
    let message = format!("The parameter `{name}` {verb} a secret, but its type is `{ty}`");
    let secure = if ty.eq_ignore_ascii_case("object") { "secureObject" } else { "securestring" };
    let finding = match leak.feeds.first() {
        Some((artefact, _)) => cx.report_on(artefact, type_span, message),
        None => cx.report(type_span, message),
    };
    for (artefact, secret) in &leak.feeds {
        let text = format!("it feeds {} of the {}", secret.describe(), secret::describe(artefact));
        finding.related(secret.place, text);
    }
    for given in &leak.given {
        finding.related(given.origin.span, "the secret is given here");
    }
    let default = parameters.default_of(&leak.parameter);
    let literal = |value: &Value| leak.feeds.iter().any(|(_, secret)| secret.is_given_by(value));
    let has_default = default.is_some_and(literal);
    for value in
        default.into_iter().chain(&parameters.in_files(graph, &leak.parameter)).filter(|v| literal(v))
    {
        let text = "this is the secret in clear text".to_string();
        finding.related.push(Label { span: value.origin.span, text, sensitive: true });
    }
    let mut help = format!("Make its type `{secure}`");
    if has_default {
        help += ", and take its default away";
    }
    finding.help(help);
    if leak.given.is_empty() && leak.feeds.iter().all(|(_, secret)| secret.doubtful) {
        finding.confidence(Confidence::Low);
    }
    if let Some(edit) = edit(graph, *type_span, secure) {
        finding.fix(&format!("Make the type `{secure}`"), Applicability::Safe, vec![edit]);
    }
}

// The quotes stay as they are.
fn edit(graph: &Graph, token: Span, secure: &str) -> Option<Edit> {
    let parsed = graph.sources.iter().find(|parsed| parsed.source.id == token.source)?;
    let written = parsed.source.slice(token);
    let quote = written.chars().next().filter(|first| matches!(first, '"' | '\''));
    let quote = quote.map(String::from).unwrap_or_default();
    Some(Edit { span: token, text: format!("{quote}{secure}{quote}") })
}

// A parameter of a nested template that shows a secret.
fn is_given_secret(graph: &Graph, declared: &ParameterUse) -> bool {
    let Parameter { name, shaped, .. } = &*declared.parameter;
    !shaped && !declared.given.is_absent() && secret::carries_secret(graph, name, &declared.given)
}
