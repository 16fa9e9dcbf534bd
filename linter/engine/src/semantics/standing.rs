//! Where functions are allowed.
//!
//! What depends on resources or on the moment of the deployment is not known when Resource Manager reads names, loops
//! and conditions: "The template function 'reference' is not expected at this location".

/// Where an expression stands, as far as that decides which functions are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// A variable.
    Variable,
    /// The default of a parameter.
    Default,
    /// The output of a user-defined function.
    Function,
    /// The same in a template without a language version.
    PlainFunction,
    /// The `type`, `apiVersion` or `name` of a resource.
    Identity,
    /// The condition of a resource.
    Condition,
    /// How often a loop of resources, properties or variables runs.
    Count,
    /// What a resource depends on.
    Dependency,
    /// Properties of resources, outputs, and wherever nothing is said.
    Elsewhere,
}

impl Standing {
    /// With the preposition before it.
    pub(super) fn describe(self) -> &'static str {
        match self {
            Standing::Variable => "in a variable",
            Standing::Default => "in the default of a parameter",
            Standing::Function | Standing::PlainFunction => "in a user-defined function",
            Standing::Identity => "in the type, API version or name of a resource",
            Standing::Condition => "in the condition of a resource",
            Standing::Count => "in the count of a loop",
            Standing::Dependency => "in `dependsOn`",
            Standing::Elsewhere => "here",
        }
    }
}

/// A function, or the beginning of the names of several; where it is refused; where it belongs.
struct Restriction {
    function: &'static str,
    refused: &'static [Standing],
    help: &'static str,
}

const BEFORE_RESOURCES: [Standing; 8] = [
    Standing::Variable,
    Standing::Default,
    Standing::Function,
    Standing::PlainFunction,
    Standing::Identity,
    Standing::Condition,
    Standing::Count,
    Standing::Dependency,
];

const BESIDE_DEFAULTS: [Standing; 6] = [
    Standing::Variable,
    Standing::Identity,
    Standing::Condition,
    Standing::Count,
    Standing::Dependency,
    Standing::Elsewhere,
];

/// 2026-12-01; Resource functions for ARM templates (`reference`: valid uses; `list*`: valid uses), Variables in ARM
/// templates, Parameters in ARM templates, User-defined functions in ARM templates, String functions (`newGuid`), Date
/// functions (`utcNow`). What these pages do not say is not refused here. The Bicep compiler writes `variables` into
/// defaults, and with language version 2.0 into functions, and such templates are deployed.
const RESTRICTIONS: [Restriction; 6] = [
    Restriction { function: "reference", refused: &BEFORE_RESOURCES, help: RUN_TIME },
    Restriction { function: "references", refused: &BEFORE_RESOURCES, help: RUN_TIME },
    Restriction { function: "list*", refused: &BEFORE_RESOURCES, help: RUN_TIME },
    Restriction {
        function: "variables",
        refused: &[Standing::PlainFunction],
        help: "Use a parameter, or write what the variable holds",
    },
    Restriction { function: "newGuid", refused: &BESIDE_DEFAULTS, help: DEFAULT_ONLY },
    Restriction { function: "utcNow", refused: &BESIDE_DEFAULTS, help: DEFAULT_ONLY },
];

const RUN_TIME: &str = "Use it in the properties of a resource or in an output; what has to be known before comes from \
                        a parameter, or goes as a parameter into a nested deployment of inner scope";
const DEFAULT_ONLY: &str = "Make it the default of a parameter, and use the parameter";

/// What to do instead, where a function is refused at a position.
pub(super) fn refuses(function: &str, at: Standing) -> Option<&'static str> {
    let is = |known: &str| match known.strip_suffix('*') {
        Some(start) => function.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)),
        None => function.eq_ignore_ascii_case(known),
    };
    let known = RESTRICTIONS.iter().find(|restriction| is(restriction.function))?;
    known.refused.contains(&at).then_some(known.help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions() {
        for (function, at, refused) in [
            ("reference", Standing::Variable, true),
            ("Reference", Standing::Identity, true),
            ("reference", Standing::Elsewhere, false),
            ("listAccountSas", Standing::Dependency, true),
            ("variables", Standing::PlainFunction, true),
            ("variables", Standing::Function, false),
            ("variables", Standing::Default, false),
            ("variables", Standing::Identity, false),
            ("newGuid", Standing::Default, false),
            ("utcNow", Standing::Elsewhere, true),
            ("utcNow", Standing::Function, false),
            ("concat", Standing::Default, false),
        ] {
            assert_eq!(refuses(function, at).is_some(), refused, "{function} {at:?}");
        }
    }
}
