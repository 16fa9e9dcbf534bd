use armlint_azure::resource_id;
use armlint_azure::types::KEY_VAULT_KEYS;
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Number, Value, ValueKind};
use armlint_factory::customer_managed_key;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.graph().dialect.is_folder() {
        return;
    }
    let named = resource.property("encryption.keyName");
    let Some(key) = key_of(resource, &named, cx.view()) else { return };
    let Some((value, written)) = fault(key) else { return };
    let message =
        format!("Data Factory takes RSA keys of 2048 bits as customer-managed keys, not `{written}`");
    cx.report_on(key, &value, message)
        .related(named.origin.span, "the factory's key")
        .traced(&value)
        .help("Write \"kty\": \"RSA\" and \"keySize\": 2048")
        .assuming(&value)
        .assuming(&named);
}

// The declared key that a factory names.
fn key_of<'g>(factory: &Resource, named: &Value, view: View<'g>) -> Option<&'g Resource> {
    let name = named.text()?;
    let vault = customer_managed_key::vault_of(factory, view)?;
    let mut keys = view.graph().of_type(KEY_VAULT_KEYS).filter(|key| !key.existing);
    keys.find(|key| {
        let [of, own] = key.name.segments.as_slice() else { return false };
        let inside = key.parent == Some(vault.id) || resource_id::same_name(of, &vault.name.last()).is_true();
        inside && resource_id::same_name(own, &name).is_true()
    })
}

// The property that makes the key unfit, and what it is.
fn fault(key: &Resource) -> Option<(Value, String)> {
    let kind = key.property("kty");
    if let Some(written) = kind.known_text()
        && !["RSA", "RSA-HSM"].iter().any(|right| written.eq_ignore_ascii_case(right))
    {
        let written = written.to_string();
        return Some((kind, written));
    }
    let size = key.property("keySize");
    let ValueKind::Number(Number::Int(bits)) = size.kind else { return None };
    (bits != 2048).then_some((size, format!("{bits} bits")))
}
