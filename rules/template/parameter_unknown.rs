use armlint_engine::rule::Context;

use crate::language::parameter::Given;

pub(crate) fn check(cx: &mut Context<'_>) {
    let Some(given) = Given::of(cx.graph()) else { return };
    for file in given.files {
        for entry in file.entries().iter().filter(|entry| given.declaration(&entry.key.text).is_none()) {
            let message = format!("The template declares no parameter `{}`", entry.key.text);
            let finding = cx.report(&entry.key_span, message);
            if let Some(section) = given.template.get("parameters") {
                finding.related(section.key_span, "the parameters of the template");
            }
            finding.help("Give the value the name that the template declares, or take it out of the file");
        }
    }
}
