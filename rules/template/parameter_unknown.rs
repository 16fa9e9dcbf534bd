use armlint_engine::rule::Context;

use crate::language::parameter::Arguments;

pub(crate) fn check(cx: &mut Context<'_>) {
    for arguments in Arguments::all(cx.graph()) {
        let declared = arguments.template.get("parameters");
        let unknown =
            arguments.list.iter().filter(|argument| arguments.declaration(&argument.name).is_none());
        for argument in unknown {
            let message = format!("The template declares no parameter `{}`", argument.name);
            let finding = cx.report(&argument.key, message);
            finding.confidence(arguments.confidence());
            if let Some(section) = declared {
                finding.related(section.key_span, "the parameters of the template");
            }
            finding.help("Give the value the name that the template declares, or take it out");
        }
    }
}
