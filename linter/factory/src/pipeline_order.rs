//! Which activities of a pipeline have run when another one does, and what each stands in.

use std::collections::{HashMap, HashSet};

use armlint_engine::graph::Resource;
use armlint_engine::value::{Value, Walk};
use smol_str::SmolStr;

// The service takes 120 activities; what is larger is no pipeline that it would take.
const MAX_ACTIVITIES: usize = 1_000;
const MAX_DEPTH: usize = 16;

/// The members of `typeProperties` that hold other activities.
pub const NESTED: [&str; 5] =
    ["activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities", "cases"];

/// The activities of a pipeline with their places.
#[derive(Debug, Default)]
pub struct PipelineOrder {
    activities: Vec<Placed>,
    by_name: HashMap<String, Vec<usize>>,
}

/// An activity and its place.
#[derive(Debug)]
pub struct Placed {
    /// The activity.
    pub activity: Value,
    /// Its type, where that is known.
    pub ty: Option<SmolStr>,
    // The activity that it stands in.
    container: Option<usize>,
    // What it depends on, in the same list; `None` where that is not known.
    dependencies: Option<Vec<usize>>,
}

impl Placed {
    /// Whether it certainly is of a type.
    pub fn is(&self, ty: &str) -> bool {
        self.ty.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(ty))
    }

    /// Its name, where that is known.
    pub fn name(&self) -> Option<SmolStr> {
        self.activity.get("name").known_text().map(SmolStr::from)
    }
}

impl PipelineOrder {
    /// Of a pipeline; `None` where not all of it is known.
    pub fn of(pipeline: &Resource) -> Option<PipelineOrder> {
        let mut order = PipelineOrder::default();
        order.list(&pipeline.property("activities"), None, 0, &mut Walk::uncharged())?;
        Some(order)
    }

    /// All of them, outer ones first.
    pub fn activities(&self) -> &[Placed] {
        &self.activities
    }

    /// What an activity stands in, from the inside outwards.
    pub fn containers(&self, index: usize) -> impl Iterator<Item = &Placed> {
        let mut at = index;
        std::iter::from_fn(move || {
            at = self.activities.get(at)?.container?;
            self.activities.get(at)
        })
    }

    /// Whether an activity certainly has not run when another one does, although the pipeline has it.
    pub fn is_no_ancestor(&self, index: usize, name: &str) -> bool {
        let Some(named) = self.by_name.get(&name.to_lowercase()) else { return false };
        let Some(ran) = self.ran_before(index) else { return false };
        !named.iter().any(|candidate| self.is_visible(*candidate, &ran, index))
    }

    /// The activities that depend on each other in a circle: each circle once.
    pub fn circles(&self) -> Vec<Vec<&Placed>> {
        let mut circles = Vec::new();
        let mut done: HashSet<usize> = HashSet::new();
        for start in 0..self.activities.len() {
            let mut path = Vec::new();
            self.follow(start, &mut path, &mut done, &mut circles);
        }
        circles
    }

    fn follow<'o>(
        &'o self,
        start: usize,
        path: &mut Vec<usize>,
        done: &mut HashSet<usize>,
        circles: &mut Vec<Vec<&'o Placed>>,
    ) {
        // Each activity with how many of its dependencies have been followed.
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 {
                if done.contains(&at) {
                    continue;
                }
                path.push(at);
            }
            let dependencies = self.activities.get(at).and_then(|own| own.dependencies.as_deref());
            match dependencies.unwrap_or_default().get(next) {
                Some(dependency) => {
                    stack.push((at, next + 1));
                    if let Some(first) = path.iter().position(|known| known == dependency) {
                        let circle = path.get(first..).unwrap_or_default();
                        circles.push(circle.iter().filter_map(|own| self.activities.get(*own)).collect());
                    } else {
                        stack.push((*dependency, 0));
                    }
                }
                None => {
                    done.insert(at);
                    path.pop();
                }
            }
        }
    }

    // Those that have run before an activity: what it depends on, and what its containers depend on. `None` where
    // that is not known.
    fn ran_before(&self, index: usize) -> Option<HashSet<usize>> {
        let mut ran = HashSet::new();
        let mut level = Some(index);
        while let Some(at) = level {
            let own = self.activities.get(at)?;
            let mut open: Vec<usize> = own.dependencies.clone()?;
            while let Some(dependency) = open.pop() {
                if ran.insert(dependency) {
                    open.extend(self.activities.get(dependency)?.dependencies.clone()?);
                }
            }
            level = own.container;
        }
        Some(ran)
    }

    // The outputs of what a loop over items runs are those of one pass only; what the other containers run can be
    // seen behind them, and in the condition of `Until`.
    fn is_visible(&self, candidate: usize, ran: &HashSet<usize>, index: usize) -> bool {
        let mut at = candidate;
        loop {
            let own_loop =
                at == index && at != candidate && self.activities.get(at).is_some_and(|own| own.is("Until"));
            if ran.contains(&at) || own_loop {
                return true;
            }
            let Some(container) = self.activities.get(at).and_then(|own| own.container) else { return false };
            if self.activities.get(container).is_none_or(|own| own.is("ForEach")) {
                return false;
            }
            at = container;
        }
    }

    fn list(&mut self, list: &Value, container: Option<usize>, depth: usize, once: &mut Walk) -> Option<()> {
        if list.is_missing() {
            return Some(());
        }
        let elements = list.elements()?;
        if depth > MAX_DEPTH || !once.enters(list) || self.activities.len() + elements.len() > MAX_ACTIVITIES
        {
            return None;
        }
        let first = self.activities.len();
        for activity in elements {
            let name = activity.get("name").known_text()?.to_lowercase();
            self.by_name.entry(name).or_default().push(self.activities.len());
            let ty = activity.get("type").known_text().map(SmolStr::from);
            let activity = activity.clone();
            self.activities.push(Placed { activity, ty, container, dependencies: None });
        }
        let own = first..self.activities.len();
        for index in own.clone() {
            let dependencies = self.dependencies(index, first);
            self.activities.get_mut(index)?.dependencies = dependencies;
        }
        for index in own {
            let properties = self.activities.get(index)?.activity.get("typeProperties");
            for key in NESTED.iter().filter(|key| **key != "cases") {
                self.list(&properties.get(key), Some(index), depth + 1, once)?;
            }
            let cases = properties.get("cases");
            if !cases.is_missing() {
                for case in cases.elements()? {
                    self.list(&case.get("activities"), Some(index), depth + 1, once)?;
                }
            }
        }
        Some(())
    }

    // The list of an activity begins at `first` and is the last one so far.
    fn dependencies(&self, index: usize, first: usize) -> Option<Vec<usize>> {
        let written = self.activities.get(index)?.activity.get("dependsOn");
        if written.is_missing() {
            return Some(Vec::new());
        }
        let mut found = Vec::new();
        for dependency in written.elements()? {
            let name = dependency.get("activity").known_text()?.to_lowercase();
            let named = self.by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            found.extend(named.iter().copied().filter(|other| *other >= first));
        }
        Some(found)
    }
}
