use armlint_azure::facts::{roles, roles_granting};
use armlint_azure::identity::assigned;
use armlint_azure::types::{ACCESS_POLICIES, KEY_VAULTS, ROLE_ASSIGNMENTS};
use armlint_azure::{existence, resource_id};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, View};
use armlint_engine::value::{Presence, Term, Truth, Value, presence};
use armlint_factory::factory::Factories;
use armlint_factory::vault_reads::{VaultRead, VaultReads};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if existence::has_remote_parts(graph) {
        return;
    }
    for read in VaultReads::in_view(cx.view()).list() {
        let Some(factory) = reader(read, cx.view()) else { continue };
        let vault = graph.resource(read.vault);
        if declares_grants(graph, vault) && granted(graph, vault, factory) == Truth::False {
            report(read, vault, factory, cx);
        }
    }
}

// The factory whose own identity reads the secrets.
fn reader<'g>(read: &VaultRead, view: View<'g>) -> Option<&'g Resource> {
    let service = view.graph().resource(read.service);
    let factory = Factories::in_view(view).of(service)?.declared(view.graph())?;
    let by_factory = presence(&service.property("typeProperties.credential")) == Presence::Absent;
    (by_factory && assigned(factory).system.is_true()).then_some(factory)
}

fn report(read: &VaultRead, vault: &Resource, factory: &Resource, cx: &mut Context<'_>) {
    let message = format!(
        "Nothing here lets the data factory `{}` read the secrets of the vault `{}`",
        factory.name.display(),
        vault.name.display()
    );
    let rbac = vault.property("enableRbacAuthorization").truth().is_true();
    let finding = cx.report_on(vault, &vault.place, message);
    finding.help(if rbac {
        let role = roles().into_iter().find(|role| role.name == "Key Vault Secrets User");
        let role = role.map_or_else(String::new, |role| format!("{} ({}) ", role.name, role.id));
        format!("Assign the role {role}on the vault to the identity of the factory")
    } else {
        "Add an access policy with the permission `get` on secrets for the identity of the factory"
            .to_string()
    });
    finding.related(factory.place, "this factory reads the secrets");
    for (_, place) in read.readers.iter().take(10) {
        finding.related(*place, "a secret is read here");
    }
}

// Whether permissions are given here at all; otherwise somebody else gives them.
fn declares_grants(graph: &Graph, vault: &Resource) -> bool {
    let policies = vault.property("accessPolicies");
    policies.elements().is_some_and(|elements| !elements.is_empty())
        || graph.of_type(ACCESS_POLICIES).next().is_some()
        || graph.of_type(ROLE_ASSIGNMENTS).next().is_some()
}

fn granted(graph: &Graph, vault: &Resource, factory: &Resource) -> Truth {
    let rbac = vault.property("enableRbacAuthorization");
    let by_role = match (presence(&rbac), rbac.truth()) {
        (Presence::Absent, _) => Truth::False,
        _ if rbac.assumed => Truth::Unknown,
        (_, truth) => truth,
    };
    let roles = || Truth::any(graph.of_type(ROLE_ASSIGNMENTS).map(|role| assigns(role, vault, factory)));
    let policies = || {
        let children = graph.of_type(ACCESS_POLICIES).filter(|child| may_belong(child, vault));
        let own = vault.property("accessPolicies");
        let lists = children.map(|child| child.property("accessPolicies")).chain([own]);
        Truth::any(lists.map(|list| allows(&list, factory)))
    };
    match by_role {
        Truth::True => roles(),
        Truth::False => policies(),
        Truth::Unknown => roles().or(policies()),
    }
}

fn may_belong(child: &Resource, vault: &Resource) -> bool {
    match child.name.segments.first() {
        Some(name) => !resource_id::same_name(name, &vault.name.last()).is_false(),
        None => true,
    }
}

fn assigns(assignment: &Resource, vault: &Resource, factory: &Resource) -> Truth {
    if assignment.existing {
        return Truth::Unknown;
    }
    let role = assignment.property("roleDefinitionId");
    let reading = match role.text() {
        Some(text) => {
            let role = Term::from(text);
            let reading = roles_granting("secrets");
            let reads =
                |literal: &str| reading.iter().any(|role| literal.to_ascii_lowercase().contains(role.id));
            // Another role that is written down certainly is none of them.
            if role.any_literal(reads) {
                Truth::True
            } else if role.any_literal(has_guid) {
                Truth::False
            } else {
                Truth::Unknown
            }
        }
        None => Truth::Unknown,
    };
    let principal = is_principal(&assignment.property("principalId"), factory);
    reading.and(principal).and(covers(assignment, vault))
}

// The scope of another resource does not reach the vault; whatever else is written may.
fn covers(assignment: &Resource, vault: &Resource) -> Truth {
    let scope = assignment.body.get("scope");
    let Some(identity) = resource_id::identify(&scope).filter(|_| presence(&scope) == Presence::Present)
    else {
        return Truth::Unknown;
    };
    match &identity.ty {
        Some(ty) if !ty.eq_ignore_ascii_case(KEY_VAULTS) => Truth::False,
        Some(_) => resource_id::same_name(&identity.name, &vault.name.last()),
        None => Truth::Unknown,
    }
}

fn allows(policies: &Value, factory: &Resource) -> Truth {
    if presence(policies) == Presence::Absent {
        return Truth::False;
    }
    let Some(elements) = policies.elements() else { return Truth::Unknown };
    Truth::any(elements.iter().map(|policy| {
        let secrets = policy.at("permissions.secrets");
        let reads = match secrets.elements() {
            Some(permissions) => Truth::any(
                permissions.iter().map(|permission| permission.is_text("get").or(permission.is_text("all"))),
            ),
            None if presence(&secrets) == Presence::Absent => Truth::False,
            None => Truth::Unknown,
        };
        reads.and(is_principal(&policy.get("objectId"), factory))
    }))
}

// Whether a principal is the identity of the factory. That of another declared resource is not, nor is one
// that was known before the factory was made.
fn is_principal(principal: &Value, factory: &Resource) -> Truth {
    let Some(text) = principal.text() else { return Truth::Unknown };
    if text.known().is_some() {
        return if principal.assumed { Truth::Unknown } else { Truth::False };
    }
    let term = Term::from(text);
    if term.involves(&factory.resource_id) {
        return Truth::True;
    }
    // A reference by an id of another type; a parameter with an id may be that of the factory.
    let target =
        term.reference().and_then(|reference| reference.target().cloned()).map(resource_id::identify_text);
    match target.and_then(|target| target.ty) {
        Some(ty) if !factory.is(&ty) => Truth::False,
        _ => Truth::Unknown,
    }
}

fn has_guid(text: &str) -> bool {
    let is_guid =
        |part: &str| part.len() == 36 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(is_guid)
}
