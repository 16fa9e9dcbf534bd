use armlint_azure::wording;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::customer_managed_key;

// What puts the key of a factory at risk in its vault.
struct Weakness {
    value: Value,
    what: &'static str,
    help: &'static str,
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.graph().dialect.is_folder() {
        return;
    }
    let Some(vault) = customer_managed_key::vault_of(resource, cx.view()) else { return };
    let written = resource.property("encryption.vaultBaseUrl");
    let name = wording::called(vault, "the vault");
    for Weakness { value, what, help } in weaknesses(vault, resource) {
        let message = format!("Key Vault {name} of the factory's key {what}");
        let finding = cx.report_on(vault, &value, message);
        finding.related(written.origin.span, "the factory's key is in this vault").traced(&value).help(help);
        finding.assuming(&value);
    }
}

fn weaknesses(vault: &Resource, factory: &Resource) -> impl Iterator<Item = Weakness> {
    let found = [
        (
            without(vault, "enablePurgeProtection", Truth::False),
            "has no purge protection",
            "set \"enablePurgeProtection\": true",
        ),
        (
            without(vault, "enableSoftDelete", Truth::True),
            "has no soft delete",
            "set \"enableSoftDelete\": true, or leave it out",
        ),
        (
            elsewhere(vault, factory),
            "is in another region than the factory",
            "keep the vault and the factory in one region",
        ),
    ];
    found.into_iter().filter_map(|(value, what, help)| Some(Weakness { value: value?, what, help }))
}

// A switch of the vault that certainly is off; `by_default` is what it is where it is not written.
fn without(vault: &Resource, path: &str, by_default: Truth) -> Option<Value> {
    let value = vault.property(path);
    let on = match presence(&value) {
        Presence::Absent => by_default,
        Presence::Present => value.truth(),
        Presence::Unknown => Truth::Unknown,
    };
    on.is_false().then_some(value)
}

// The region of the vault where it certainly is not that of the factory.
fn elsewhere(vault: &Resource, factory: &Resource) -> Option<Value> {
    let region = |value: &Value| {
        let known = value.known_text().filter(|_| !value.assumed)?;
        Some(known.replace(' ', "").to_ascii_lowercase())
    };
    let (own, other) = (vault.location(), factory.location());
    let differ = region(&own)? != region(&other)?;
    differ.then_some(own)
}
