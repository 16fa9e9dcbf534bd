//! The sub-resources that a private endpoint can lead to, and the zones that serve them.

use armlint_engine::settings::Cloud;

use super::sorted;
use super::table::cloud_index;

pub(super) const TABLE: &str = include_str!("../../facts/private_endpoint_groups.tsv");

/// A sub-resource of a resource type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointGroup {
    /// Its name.
    pub name: &'static str,
    secondary: &'static str,
    zones: [Vec<&'static str>; 3],
}

/// The sub-resources of a resource type, without regard to case; none where not all are known.
pub fn endpoint_groups_of(ty: &str) -> impl Iterator<Item = EndpointGroup> + use<'_> {
    sorted::lines_of(TABLE, ty).filter_map(|line| {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [_, name, secondary, public, government, china, _] = *cells.as_slice() else { return None };
        let list = |cell: &'static str| cell.split(',').filter(|zone| !zone.is_empty()).collect();
        Some(EndpointGroup { name, secondary, zones: [public, government, china].map(list) })
    })
}

impl EndpointGroup {
    /// Whether this is the sub-resource `name`, or the one that `name` is the secondary of.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name) || is_of_form(name, self.secondary)
    }

    /// The zones in a cloud; empty where none is known.
    pub fn zones(&self, cloud: Cloud) -> &[&'static str] {
        &self.zones[cloud_index(cloud)]
    }

    /// Whether a zone serves it in any cloud, with `privatelink.` before it or without. Templates name the cloud that they
    /// are written for.
    pub fn is_served_by(&self, zone: &str) -> bool {
        let private = format!("privatelink.{zone}");
        self.zones.iter().flatten().any(|expected| is_zone(zone, expected) || is_zone(&private, expected))
    }
}

fn is_zone(zone: &str, expected: &str) -> bool {
    let (zone, expected) = (zone.split('.'), expected.split('.'));
    zone.clone().count() == expected.clone().count()
        && zone.zip(expected).all(|(label, part)| part.contains('{') || label.eq_ignore_ascii_case(part))
}

// `sites-{slotName}` stands for that of any slot.
fn is_of_form(name: &str, form: &str) -> bool {
    match form.split_once('{') {
        Some((before, _)) => {
            let start = name.get(..before.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(before)) && name.len() > before.len()
        }
        None => !form.is_empty() && name.eq_ignore_ascii_case(form),
    }
}
