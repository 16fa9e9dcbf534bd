use std::collections::HashMap;

use armlint_engine::rule::Context;
use armlint_factory::artefact::{ArtefactKind, content};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_folder() {
        return;
    }
    let paths: HashMap<_, _> =
        graph.sources.iter().map(|parsed| (parsed.source.id, &parsed.source.path)).collect();
    for resource in graph.resources() {
        let Some(noun) = content::declared(resource).map(ArtefactKind::noun) else { continue };
        let Some(name) = resource.name.written.known_text() else { continue };
        let Some(stem) = paths.get(&resource.span.source).and_then(|path| stem(path)) else { continue };
        // Of two files with one name, that is what is wrong.
        let twice = graph.named(&resource.ty, &resource.name.key()).nth(1).is_some();
        if twice || stem.to_lowercase() == name.to_lowercase() {
            continue;
        }
        let message = format!("The file of the {noun} `{name}` is named `{stem}.json`");
        let finding = cx.report_on(resource, &resource.place, message);
        finding.help(format!("Rename the file to `{name}.json`, or correct the name"));
    }
}

// The name of a file without its folder and `.json`.
fn stem(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    Some(name.rsplit_once('.').map_or(name, |(stem, _)| stem))
}
