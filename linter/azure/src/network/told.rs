//! What findings say of rules that let the internet in.

use armlint_engine::finding::Finding;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;

use super::internet::{OpenRule, Opened};
use crate::wording;

const HELP: &str = "let in the addresses that need it, or take Azure Bastion or a private network";

/// Reports a rule of a security group that lets the internet in.
pub fn report<'c>(rule: &OpenRule, resource: &Resource, cx: &'c mut Context<'_>) -> &'c mut Finding {
    let name = rule.name.as_ref().and_then(wording::quoted).map(|name| format!("Security rule {name}"));
    let name = name.unwrap_or_else(|| "A security rule".into());
    let message = format!("{name} lets the internet reach {}", what(&rule.opened));
    let finding = cx.report_on(resource, &rule.source, message);
    finding.severity(rule.opened.severity()).confidence(rule.confidence).traced(&rule.source).help(HELP);
    finding
}

fn what(opened: &Opened) -> String {
    match opened {
        Opened::Wide(range) if range == "*" => "every port".into(),
        Opened::Wide(range) => format!("the ports {range}"),
        Opened::Ports(ports) => match &**ports {
            [port] => format!("port {} ({})", port.port, port.service),
            ports => {
                let all: Vec<String> =
                    ports.iter().map(|port| format!("{} ({})", port.port, port.service)).collect();
                format!("the ports {}", all.join(", "))
            }
        },
    }
}
