//! What has been evaluated so far, and how much more may be.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::declaration::Declarations;
use super::link::LinkedFiles;
use super::names::Names;
use super::parser::ParsedText;
use super::shared::ExpressionTexts;
use super::{EvaluationProblem, EvaluationProblemKind};
use crate::span::{SourceId, Span};
use crate::syntax::{Node, Scalar};
use crate::value::{Reason, StepKind, Term, Value, Visits};

/// How much work is done for one deployment before the rest is unknown: a call counts [`STEP`], so does an
/// element that is made, and what a function is given counts for what there is to look at.
const MAX_WORK: u64 = 16_000_000;

/// The work of a call.
pub(super) const STEP: u64 = 16;

/// The work of an element that a property copy makes: it has a scope of its own, and what is made in it stays.
pub(super) const COPY: u64 = 4 * STEP;

/// How many values the walks of rules look at in one deployment, and how many more for each byte of its texts.
const MAX_VISITS: u64 = 16_000_000;
const VISITS_OF_A_BYTE: u64 = 64;

/// How deep evaluation may follow properties, calls, parameters, variables and references. A level takes up to
/// 3 KB of stack in a build for development, and threads have 2 MB.
const MAX_EVALUATION_DEPTH: usize = 256;

/// What has been computed; `None` stands for what is being computed.
type Memo<K, V> = RefCell<FxHashMap<K, V>>;

/// What the evaluation of all templates of a deployment shares.
#[derive(Default)]
pub struct Evaluator {
    /// The default of a parameter is the value that will be deployed: so it is where the user gave the
    /// parameters. Where it is not, a condition over a default decides nothing.
    pub defaults_decide: bool,
    /// The files of the deployment, and those that they may link to.
    pub files: LinkedFiles,
    /// Equal texts parse alike, wherever they stand.
    pub expressions: Arc<ExpressionTexts>,
    /// How many bytes the texts of the deployment have.
    pub bytes: usize,
    // What has been evaluated lives here and not in the scopes that it refers to: so there is one place
    // that breaks the cycles, `release`.
    values: Memo<(ScopeId, SourceId, u32), Option<Value>>,
    pub(super) sections: Memo<(ScopeId, Section, SmolStr), Option<(Value, StepKind)>>,
    pub(super) declarations: Memo<ScopeId, Option<Rc<Declarations>>>,
    names: Memo<(SourceId, u32), Rc<Names>>,
    scopes: Cell<u32>,
    problems: RefCell<Vec<EvaluationProblem>>,
    work: Cell<u64>,
    visits: Cell<u64>,
    depth: Cell<usize>,
    // The tokens of the names of the user-defined functions that are being evaluated.
    functions: RefCell<Vec<Span>>,
}

/// Identifies a scope or a template among those of one evaluator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopeId(u32);

/// The sections whose members are evaluated once each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Section {
    Parameter,
    Variable,
}

impl Evaluator {
    /// Adds a problem once.
    pub fn report(&self, problem: EvaluationProblem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < 1000 && !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Evaluates something that a deployment may never evaluate: what is wrong within `span` is no problem.
    pub(super) fn supposing<T>(&self, span: Span, evaluate: impl FnOnce() -> T) -> T {
        let before = self.problems.borrow().len();
        let result = evaluate();
        let mut problems = self.problems.borrow_mut();
        let kept = before.min(problems.len());
        let new = problems.split_off(kept);
        problems.extend(new.into_iter().filter(|problem| !span.contains(problem.span)));
        result
    }

    /// The problems found so far, in the order in which they were met.
    pub fn problems(&self) -> Vec<EvaluationProblem> {
        self.problems.borrow().clone()
    }

    /// The expression that a string token holds; what is wrong with it is reported.
    pub fn expression(&self, scalar: &Scalar, token: Span) -> Arc<ParsedText> {
        let parsed = self.expressions.parsed(&scalar.text);
        if let Err(problem) = parsed.within(scalar, token) {
            self.report(problem);
        }
        parsed
    }

    /// The names that the object of a template declares; collected once.
    pub fn names(&self, template: &Node) -> Rc<Names> {
        let key = (template.span.source, template.span.start);
        self.names.borrow_mut().entry(key).or_insert_with(|| Rc::new(Names::of(template))).clone()
    }

    pub(super) fn next_id(&self) -> ScopeId {
        let id = self.scopes.get();
        self.scopes.set(id + 1);
        ScopeId(id)
    }

    /// The value of the token that starts at `token.start` in a scope; evaluated once. Unknown where it is
    /// being evaluated already: then it depends on itself.
    pub(super) fn memoised(&self, scope: ScopeId, token: Span, evaluate: impl FnOnce() -> Value) -> Value {
        let key = (scope, token.source, token.start);
        let known = self.values.borrow().get(&key).cloned();
        match known {
            Some(Some(known)) => return known,
            Some(None) => return Value::unknown(Reason::Error, Term::symbol("cycle()"), token),
            None => {}
        }
        self.values.borrow_mut().insert(key, None);
        let value = evaluate();
        self.values.borrow_mut().insert(key, Some(value.clone()));
        value
    }

    /// Forgets what has been evaluated. Values refer to scopes and scopes to the evaluator: without this
    /// call nothing of a deployment would ever be freed.
    pub fn release(&self) {
        self.values.borrow_mut().clear();
        self.sections.borrow_mut().clear();
        self.declarations.borrow_mut().clear();
    }

    /// Whether so much was evaluated that nothing more is: loops end then.
    pub(super) fn is_exhausted(&self) -> bool {
        self.work.get() >= MAX_WORK
    }

    /// Counts work.
    pub(super) fn charge(&self, work: u64) {
        self.work.set(self.work.get().saturating_add(work));
    }

    /// Counts what is looked at while something is evaluated; rules look for free.
    pub(super) fn charge_look(&self) {
        if self.depth.get() > 0 {
            self.charge(1);
        }
    }

    /// What stands for something that is not evaluated because a limit is reached; the limit is reported.
    pub(crate) fn limit(&self, span: Span) -> Value {
        let message = "the linter evaluates no further here: the limit of steps, depth or size is reached";
        self.report(EvaluationProblem { span, message: message.into(), kind: EvaluationProblemKind::Limit });
        Value::unknown(Reason::Limit, Term::symbol("limit()"), span)
    }

    /// The work that was done so far.
    pub fn work(&self) -> u64 {
        self.work.get()
    }

    /// Runs the evaluation of a user-defined function, whose name stands at `name`; none where that is being evaluated
    /// already: functions cannot call themselves.
    pub(super) fn function<T>(&self, name: Span, run: impl FnOnce() -> T) -> Option<T> {
        if self.functions.borrow().contains(&name) {
            return None;
        }
        self.functions.borrow_mut().push(name);
        let value = run();
        self.functions.borrow_mut().pop();
        Some(value)
    }

    /// Runs one step of evaluation, unless a limit is reached.
    pub(super) fn step(&self, span: Span, run: impl FnOnce() -> Value) -> Value {
        let depth = self.depth.get();
        if self.is_exhausted() || depth >= MAX_EVALUATION_DEPTH {
            return self.limit(span);
        }
        self.charge(STEP);
        self.depth.set(depth + 1);
        let value = run();
        self.depth.set(depth);
        value
    }
}

impl Visits for Evaluator {
    fn take(&self, at: Span) -> bool {
        let visits = self.visits.get().saturating_add(1);
        self.visits.set(visits);
        let most = MAX_VISITS + self.bytes as u64 * VISITS_OF_A_BYTE;
        if visits == most {
            self.limit(at);
        }
        visits < most
    }
}
