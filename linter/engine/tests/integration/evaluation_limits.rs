//! Templates that would take forever, or all memory, or all of the stack: each ends as unknown. The tests
//! run on threads with the stack that threads have by default.

use std::time::{Duration, Instant};

use armlint_engine::expand::{Expansion, expand};
use armlint_engine::graph::Given;
use armlint_engine::secret::SpanSet;
use armlint_engine::source::Source;
use armlint_engine::span::SourceId;
use armlint_engine::syntax::json;
use serde_json::{Value as Json, json};

use crate::lone;

/// Far above what is measured, also where other tests and builds share the machine; what is quadratic takes hours.
const LIMIT: Duration = Duration::from_secs(30);

fn expanded(name: &str, template: &Json) -> Expansion {
    let source = Source::new(SourceId(0), name, template.to_string());
    let document = json::parse(&source);
    let deployment = lone::template(source, document);
    let start = Instant::now();
    let expansion =
        expand(&deployment, &Given { defaults_decide: true, ..Given::default() }, &SpanSet::default());
    let taken = start.elapsed();
    eprintln!("{name}: {taken:?}, {} bytes", expansion.json.to_string().len());
    assert!(taken < LIMIT, "{name} took {taken:?}");
    expansion
}

/// The outputs of a template with variables and user functions.
fn outputs(name: &str, variables: Json, functions: Json, outputs: &[&str]) -> Expansion {
    let outputs: serde_json::Map<String, Json> = outputs
        .iter()
        .enumerate()
        .map(|(at, value)| (format!("o{at}"), json!({ "type": "string", "value": value })))
        .collect();
    let template = json!({
        "languageVersion": "2.0", "variables": variables, "functions": functions,
        "resources": {}, "outputs": outputs,
    });
    expanded(name, &template)
}

fn is_limited(expansion: &Expansion) -> bool {
    expansion.problems.iter().any(|problem| problem.message.contains("limit"))
}

fn numbered(count: usize, value: impl Fn(usize) -> Json) -> Json {
    (0..count).map(|at| (format!("v{at}"), value(at))).collect()
}

#[test]
fn loops_of_a_billion() {
    let copy = |name: &str| json!({ "name": name, "count": 1_000_000_000, "input": "[copyIndex()]" });
    let resource = |name: &str, properties: Json| json!({ "type": "A.B/c", "apiVersion": "2020-01-01", "name": name, "properties": properties });
    let mut repeated = resource("[concat('x', copyIndex())]", json!({}));
    repeated["copy"] = json!({ "name": "l", "count": 1_000_000_000 });
    let expansion = expanded(
        "loops",
        &json!({
            "variables": { "copy": [ copy("a") ], "b": { "copy": [ copy("c") ] } },
            "resources": [
                repeated,
                resource("y", json!({ "copy": [ copy("p") ], "a": "[variables('a')]", "b": "[variables('b').c]" })),
            ],
            "outputs": { "o": { "type": "array", "copy": { "count": 1_000_000_000, "input": "x" } } },
        }),
    );
    assert_eq!(expansion.json["resources"].as_array().map(Vec::len), Some(2));
    let unknown = json!({ "$unknown": "limit()" });
    assert_eq!(expansion.json["outputs"]["o"], unknown);
    let properties = expansion.json["resources"].as_array().unwrap().iter().map(|r| &r["properties"]);
    let properties = properties.filter(|properties| !properties["p"].is_null());
    for properties in properties {
        assert_eq!([&properties["p"], &properties["a"], &properties["b"]], [&unknown; 3]);
    }
    assert!(is_limited(&expansion));
}

#[test]
fn loops_in_loops() {
    let mut inner = json!({ "type": "A.B/c", "name": "[concat('x', copyIndex('i'))]",
                            "copy": { "name": "i", "count": 800 } });
    for level in 0..12 {
        let name = format!("l{level}");
        inner = json!({
            "type": "Microsoft.Resources/deployments", "name": format!("[concat('d', copyIndex('{name}'))]"),
            "copy": { "name": name, "count": 800 },
            "properties": { "template": { "resources": [ inner ] } },
        });
    }
    expanded("nested loops", &json!({ "resources": [ inner ] }));
}

#[test]
fn doubling() {
    let text = numbered(200, |at| match at {
        0 => json!("0123456789"),
        at => json!(format!("[concat(variables('v{}'), variables('v{}'))]", at - 1, at - 1)),
    });
    let all: Vec<String> = (0..200).map(|at| format!("[variables('v{at}')]")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    outputs("text doubling, last first", text.clone(), json!([]), &["[variables('v199')]"]);
    let expansion = outputs("text doubling", text, json!([]), &all[..60]);
    assert!(expansion.json["outputs"]["o59"]["$unknown"].is_string());
    let arrays = |call: &str| {
        numbered(200, |at| match at {
            0 => json!(["x"]),
            at => json!(format!("[{call}(variables('v{}'), variables('v{}'))]", at - 1, at - 1)),
        })
    };
    outputs("array doubling", arrays("concat"), json!([]), &["[length(variables('v80'))]"]);
    let nested = arrays("createArray");
    let asked =
        ["[length(string(variables('v90')))]", "[contains(variables('v90'), 'y')]", "[variables('v199')]"];
    outputs("nested doubling", nested, json!([]), &asked);
    let objects = numbered(200, |at| match at {
        0 => json!({ "x": 1 }),
        at => {
            json!({ "a": format!("[variables('v{}')]", at - 1), "b": format!("[variables('v{}')]", at - 1) })
        }
    });
    let asked =
        ["[string(variables('v90'))]", "[equals(variables('v90'), variables('v89'))]", "[variables('v9')]"];
    outputs("written doubling", objects, json!([]), &asked);
}

#[test]
fn a_megabyte_a_hundred_times() {
    let variables = numbered(400, |at| match at {
        0 => json!("x".repeat(1 << 19)),
        at => json!(format!("[concat(variables('v0'), '{at}')]")),
    });
    let all: Vec<String> = (0..400).map(|at| format!("[length(variables('v{at}'))]")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let expansion = outputs("many large texts", variables, json!([]), &all);
    assert_eq!(expansion.json["outputs"]["o0"], json!(1 << 19));
    assert!(is_limited(&expansion));
}

#[test]
fn recursion() {
    let function = |value: &str| json!({ "parameters": [ { "name": "x", "type": "string" } ], "output": { "type": "string", "value": value } });
    let functions = json!([ { "namespace": "f", "members": {
        "a": function("[concat(f.b(parameters('x')), f.b(parameters('x')))]"),
        "b": function("[concat(f.a(parameters('x')), f.a(parameters('x')))]"),
        "c": function("[f.d(parameters('x'))]"),
        "d": function("[if(equals(parameters('x'), 'y'), '', f.c(parameters('x')))]"),
    } } ]);
    // A function that is being evaluated is not entered again.
    for call in ["[f.a('x')]", "[f.c('x')]", "[format('{0}', f.a(f.c('x')))]"] {
        assert!(!is_limited(&outputs(call, json!({}), functions.clone(), &[call])));
    }
}

#[test]
fn lambdas_over_ranges() {
    let range = "range(0, 10000)";
    let nested = format!(
        "[map({range}, lambda('a', map({range}, lambda('b', map({range}, lambda('c', createArray(lambdaVariables('a'))))))))]"
    );
    let filtered = format!("[length(filter({range}, lambda('a', contains({range}, lambdaVariables('a')))))]");
    let sorted =
        format!("[sort({range}, lambda('a', 'b', greater(lambdaVariables('a'), lambdaVariables('b'))))]");
    let grown = format!(
        "[length(reduce({range}, createArray(), lambda('a', 'b', concat(lambdaVariables('a'), createArray(lambdaVariables('b'))))))]"
    );
    let deep = format!("[reduce({range}, 'x', lambda('a', 'b', createArray(lambdaVariables('a'))))]");
    let mapped = format!(
        "[reduce({range}, 'x', lambda('a', 'b', map(range(0, 1), lambda('c', lambdaVariables('a')))))]"
    );
    let keyed = format!(
        "[reduce({range}, createObject(), lambda('a', 'b', toObject(range(0, 1), lambda('c', 'k'), lambda('c', lambdaVariables('a')))))]"
    );
    let named = format!("[toObject({range}, lambda('a', string(lambdaVariables('a'))))]");
    let united = format!(
        "[length(reduce({range}, createObject(), lambda('a', 'b', union(lambdaVariables('a'), createObject(string(lambdaVariables('b')), 1)))))]"
    );
    for expression in [&nested, &filtered, &sorted, &grown, &deep, &mapped, &keyed, &named, &united] {
        outputs(expression, json!({}), json!([]), &[expression]);
    }
}

#[test]
fn long_chains_and_deep_nests() {
    let link = |pattern: &str, at: usize| json!(pattern.replace("$", &(at - 1).to_string()));
    for (name, first, pattern) in [
        ("calls", json!("x"), "[concat('', variables('v$'))]"),
        ("properties", json!("x"), "[createObject('a', variables('v$')).a]"),
        ("arrays", json!("x"), "[createArray(variables('v$'))]"),
        ("objects", json!("x"), "[createObject('a', variables('v$'))]"),
        ("conditions", json!("x"), "[if(true(), variables('v$'), '')]"),
        ("lambdas", json!("x"), "[map(range(0, 1), lambda('a', variables('v$')))]"),
    ] {
        let variables = numbered(20_000, |at| if at == 0 { first.clone() } else { link(pattern, at) });
        // From the first to the last each finds the one before it evaluated; from the last none does.
        let all: Vec<String> = (0..20_000).map(|at| format!("[variables('v{at}')]")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        outputs(&format!("{name}, first first"), variables.clone(), json!([]), &all);
        outputs(&format!("{name}, last first"), variables, json!([]), &all[19_999..]);
    }
    let written = numbered(20_000, |at| match at {
        0 => json!("x"),
        at => json!([format!("[variables('v{}')]", at - 1)]),
    });
    let all: Vec<String> = (0..20_000).map(|at| format!("[length(variables('v{at}'))]")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    outputs("written arrays", written, json!([]), &all[1..]);
}

#[test]
fn deep_expressions() {
    let wide = |open: &str, close: &str, n: usize| format!("{}'x'{}", open.repeat(n), close.repeat(n));
    let chain = numbered(400, |at| {
        let inner = match at {
            399 => "'end'".to_string(),
            at => format!("variables('v{}')", at + 1),
        };
        json!(format!("[{}{inner}{}]", "if(true(), concat(".repeat(45), "), '')".repeat(45)))
    });
    let expressions = [
        format!("[{}]", wide("concat(", ")", 95)),
        format!("[{}]", wide("if(true(), ", ", '')", 95)),
        format!("[{}]", wide("createArray(", ")", 95)),
        format!("[string({})]", wide("createArray(", ")", 94)),
        format!(
            "[map(range(0, 2), lambda('a', {}))]",
            wide("first(map(range(0, 2), lambda('b', ", ")))", 30)
        ),
        format!("[createObject('a', 1){}]", ".a".repeat(90)),
        "[variables('v0')]".to_string(),
    ];
    let expressions: Vec<&str> = expressions.iter().map(String::as_str).collect();
    outputs("deep expressions", chain, json!([]), &expressions);
    let endless = json!({
        "v": { "a": "[variables('v')]", "b": ["[variables('v')]"] },
        "w": { "copy": [ { "name": "a", "count": 2, "input": { "w": "[variables('w')]" } } ] },
    });
    let asked = [
        "[variables('v')]",
        "[string(variables('v'))]",
        "[contains(createArray(variables('v')), 'x')]",
        "[variables('w')]",
        "[equals(variables('v'), variables('v').a)]",
        "[union(variables('v'), variables('v').a)]",
        "[base64(variables('v'))]",
        "[concat('a', string(variables('w')))]",
    ];
    outputs("endless values", endless, json!([]), &asked);
}

#[test]
fn references_in_circles() {
    let resource = |name: &str, other: &str| {
        json!({ "type": "A.B/c", "apiVersion": "1", "name": name, "properties": {
            "other": format!("[reference('{other}')]"), "deep": format!("[reference('{other}').other.other.other]"),
            "text": format!("[concat('x', reference('{other}').text)]") } })
    };
    let module = |name: &str, other: &str| {
        json!({ "type": "Microsoft.Resources/deployments", "apiVersion": "1", "name": name, "properties": {
            "expressionEvaluationOptions": { "scope": format!("[reference('{other}').outputs.o.value]") },
            "parameters": format!("[reference('{other}').outputs.o.value]"),
            "template": { "resources": [], "outputs": { "o": { "type": "string",
                "value": format!("[reference('{other}').outputs.o.value]") } } } } })
    };
    let template = json!({ "resources": [
        resource("a", "b"), resource("b", "a"), module("m", "m"), module("n", "o"), module("o", "n"),
    ] });
    assert_eq!(expanded("circles", &template).json["resources"].as_array().map(Vec::len), Some(5));
}
