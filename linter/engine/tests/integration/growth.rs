//! Functions that make elements: four times the elements take four times the time, and not sixteen.

use std::time::{Duration, Instant};

use armlint_engine::expand::expand;
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;

use crate::lone;

/// Twice the elements may take 2.3 times as long; a quadratic function takes 4 times.
const QUADRUPLED: f64 = 2.3 * 2.3;

/// What a busy machine adds.
const NOISE: Duration = Duration::from_millis(20);

/// What is evaluated, with `N` for the number of elements.
const CALLS: [&str; 32] = [
    "range(0, N)",
    "split(padLeft('', N, ','), ',')",
    "split(padLeft('', N, ','), createArray(';', ',', '::'))",
    "join(split(padLeft('', N, ','), ','), 'x')",
    "concat(range(0, N), range(0, N))",
    "union(range(0, N), range(1, N))",
    "intersection(range(0, 100), range(1, N))",
    "flatten(map(range(0, N), lambda('x', createArray(lambdaVariables('x')))))",
    "take(range(0, N), sub(N, 1))",
    "skip(range(0, N), 1)",
    "map(range(0, N), lambda('x', lambdaVariables('x')))",
    "map(split(padLeft('', N, ','), ','), lambda('x', length(lambdaVariables('x'))))",
    "filter(range(0, N), lambda('x', greater(lambdaVariables('x'), 3)))",
    "reduce(range(0, N), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))",
    "sort(range(0, div(N, 4)), lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))",
    "groupBy(range(0, N), lambda('x', string(mod(lambdaVariables('x'), 10))))",
    "groupBy(range(0, N), lambda('x', string(lambdaVariables('x'))))",
    "toObject(range(0, N), lambda('x', string(lambdaVariables('x'))))",
    "items(toObject(range(0, N), lambda('x', string(lambdaVariables('x')))))",
    "objectKeys(toObject(range(0, N), lambda('x', string(lambdaVariables('x')))))",
    "mapValues(toObject(range(0, N), lambda('x', string(lambdaVariables('x')))), lambda('x', lambdaVariables('x')))",
    "union(variables('object'), variables('object'))",
    "intersection(variables('object'), union(variables('object'), createObject()))",
    "shallowMerge(map(range(0, N), lambda('x', createObject(string(lambdaVariables('x')), 1))))",
    "map(range(0, N), lambda('x', variables('object')[string(lambdaVariables('x'))]))",
    "contains(range(0, N), 'x')",
    "indexOf(range(0, N), 'x')",
    "equals(range(0, N), range(0, N))",
    "distinct(range(0, N))",
    "json(string(range(0, N)))",
    "toLower(padLeft('', N, 'A'))",
    "replace(padLeft('', N, 'A'), 'A', 'b')",
];

fn taken(call: &str, count: usize) -> Duration {
    let object = "[toObject(range(0, N), lambda('x', string(lambdaVariables('x'))))]";
    let text = serde_json::json!({
        "variables": { "object": object.replace('N', &count.to_string()) },
        "resources": [],
        "outputs": { "o": { "type": "array", "value": format!("[{call}]").replace('N', &count.to_string()) } },
    });
    let source = Source::new(SourceId(0), "template.json", text.to_string());
    let document = json::parse(&source);
    let deployment = lone::template(source, document);
    let once = || {
        let start = Instant::now();
        let expansion =
            expand(&deployment, &Given { defaults_decide: true, ..Given::default() }, &SpanSet::default());
        let taken = start.elapsed();
        assert_eq!(expansion.problems, [], "{call} of {count}");
        taken
    };
    (0..5).map(|_| once()).min().unwrap()
}

fn is_slow((small, large): &(Duration, Duration)) -> bool {
    *large > small.mul_f64(QUADRUPLED) + NOISE
}

#[test]
fn every_function_is_linear() {
    let mut slow = Vec::new();
    for call in CALLS {
        // A busy machine may be slow in between, but not each time.
        let measured = || (taken(call, 2_000), taken(call, 8_000));
        let mut tries = vec![measured()];
        while tries.len() < 3 && tries.iter().all(is_slow) {
            tries.push(measured());
        }
        if tries.iter().all(is_slow) {
            slow.push(format!("{call}: {tries:?}"));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}

#[test]
fn a_large_object_is_asked_for_its_keys_in_linear_time() {
    let keys = |count: usize| {
        let members: Vec<String> = (0..count).map(|at| format!("\"k{at}\": {at}")).collect();
        let text = format!(
            r#"{{ "variables": {{ "o": {{ {} }} }}, "resources": [],
                "outputs": {{ "o": {{ "type": "int", "value": "[length(variables('o'))]" }} }} }}"#,
            members.join(", ")
        );
        let source = Source::new(SourceId(0), "template.json", text);
        let document = json::parse(&source);
        let deployment = lone::template(source, document);
        let start = Instant::now();
        let expansion = expand(&deployment, &Given::default(), &SpanSet::default());
        assert_eq!(expansion.json["outputs"]["o"], serde_json::json!(count));
        start.elapsed()
    };
    let tries: Vec<(Duration, Duration)> = (0..3).map(|_| (keys(5_000), keys(20_000))).collect();
    let is_linear = |(small, large): &(Duration, Duration)| *large < small.mul_f64(QUADRUPLED) + 3 * NOISE;
    assert!(tries.iter().any(is_linear), "{tries:?}");
}
