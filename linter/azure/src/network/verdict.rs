//! Whether traffic passes, and what decides it.

use armlint_engine::graph::ResourceId;
use armlint_engine::span::Span;
use armlint_engine::value::Value;

/// Whether traffic passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It certainly does.
    Allow,
    /// It certainly does not.
    Deny,
    /// Not known.
    Unknown,
}

impl Decision {
    /// What `access` of a rule, or the type of an action, says. What depends on the default of a parameter
    /// is not known.
    pub fn of(access: &Value) -> Decision {
        match access.is_text("Allow") {
            _ if access.assumed => Decision::Unknown,
            truth if truth.is_true() => Decision::Allow,
            _ if access.is_text("Deny").is_true() => Decision::Deny,
            _ => Decision::Unknown,
        }
    }
}

/// What decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Barrier {
    /// The token that decides; the name of the resource where nothing written does.
    pub place: Span,
    /// The resource that it belongs to.
    pub resource: ResourceId,
    /// What it is, for a message: "security rule `deny-internet`".
    pub what: String,
}

/// Whether traffic passes, with what decided it where that is one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it passes.
    pub decision: Decision,
    /// What decided.
    pub by: Option<Barrier>,
}

impl Verdict {
    /// It passes, because nothing is in its way.
    pub const FREE: Verdict = Verdict { decision: Decision::Allow, by: None };
    /// It is not known.
    pub const UNKNOWN: Verdict = Verdict { decision: Decision::Unknown, by: None };

    /// A decision that something made.
    pub fn by(decision: Decision, barrier: Barrier) -> Verdict {
        Verdict { decision, by: Some(barrier) }
    }

    /// What passes both: denied where one denies.
    pub fn and(self, other: Verdict) -> Verdict {
        match (self.decision, other.decision) {
            (Decision::Deny, _) => self,
            (_, Decision::Deny) => other,
            (Decision::Unknown, _) => self,
            (_, Decision::Unknown) => other,
            // What says something says more than what is in nobody's way.
            _ if self.by.is_some() => self,
            _ => other,
        }
    }

    /// What takes one of two ways, nobody knows which: decided where both decide alike.
    pub fn either(self, other: Verdict) -> Verdict {
        if self.decision == other.decision { self } else { Verdict::UNKNOWN }
    }
}

/// What rules that perhaps match would do, while the rules behind them are looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    allow: bool,
    deny: bool,
}

impl Tally {
    /// A rule may apply.
    pub fn may(&mut self, decision: Decision) {
        self.allow |= decision != Decision::Deny;
        self.deny |= decision != Decision::Allow;
    }

    /// The rule that certainly applies: it decides where those before it would do the same.
    pub fn close(self, verdict: Verdict) -> Verdict {
        let contradicted = match verdict.decision {
            Decision::Allow => self.deny,
            Decision::Deny => self.allow,
            Decision::Unknown => true,
        };
        if contradicted { Verdict::UNKNOWN } else { verdict }
    }
}
