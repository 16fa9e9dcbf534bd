//! The sub-resources of Private Link.

use std::sync::LazyLock;

use armlint_engine::settings::Cloud;
use armlint_engine::value::{Segment, Text, Truth};

use super::table::{self, Period, Row, Setting, Table};

pub(super) const TABLE: &str = include_str!("../../facts/private_link.tsv");

// An immutable table, see the module above.
static PRIVATE_LINKS: LazyLock<Vec<PrivateLink>> =
    LazyLock::new(|| Table::read(TABLE).rows().map(|row| read(&row)).collect());

/// What is known about one sub-resource of a resource type.
#[derive(Clone, Debug)]
pub struct PrivateLink {
    /// The resource type.
    pub ty: &'static str,
    /// The name of the sub-resource; empty for a private link service.
    pub group: &'static str,
    /// The sub-resource of the secondary region, or another one that goes with it.
    pub secondary_group: &'static str,
    zones: [Vec<&'static str>; 3],
    hosts: [Vec<&'static str>; 3],
    /// The first label of the host is the name of the resource.
    pub host_names_resource: bool,
    /// Any of these settings closes the public endpoint.
    pub closed_by: Vec<Setting>,
    /// The public endpoint is closed where no setting opens it.
    pub closed_by_default: bool,
    /// Properties, or child types, that open a closed endpoint again in part.
    pub exceptions: Vec<&'static str>,
    /// Whether it answers HTTP, so that whoever calls any URL may call it.
    pub http: bool,
    /// Restrictions in words.
    pub notes: &'static str,
    /// When the service exists.
    pub period: Period,
    /// Where all this stands.
    pub source: &'static str,
}

fn read(row: &Row<'_>) -> PrivateLink {
    PrivateLink {
        ty: row.cell("type"),
        group: row.cell("group"),
        secondary_group: row.cell("secondary_group"),
        zones: ["zones_public", "zones_usgov", "zones_china"].map(|column| row.list(column)),
        hosts: ["hosts_public", "hosts_usgov", "hosts_china"].map(|column| row.list(column)),
        host_names_resource: row.flag("host_names_resource"),
        closed_by: row.settings("closed_by", ','),
        closed_by_default: row.flag("closed_by_default"),
        exceptions: row.list("exceptions"),
        http: row.flag("http"),
        notes: row.cell("notes"),
        period: row.period(""),
        source: row.cell("source"),
    }
}

/// All sub-resources, in the order of the table.
pub fn private_links() -> &'static [PrivateLink] {
    &PRIVATE_LINKS
}

/// The sub-resources of a resource type, without regard to case.
pub fn private_links_of(ty: &str) -> impl Iterator<Item = &'static PrivateLink> {
    PRIVATE_LINKS.iter().filter(move |link| link.ty.eq_ignore_ascii_case(ty))
}

/// The sub-resource `group`, or one whose secondary is `group`, of a resource type, without regard to
/// case.
pub fn private_link(ty: &str, group: &str) -> Option<&'static PrivateLink> {
    private_links_of(ty).find(|link| link.has_group(group))
}

/// The DNS zones that serve a sub-resource; empty where none is known. A zone may hold `{regionName}` or
/// `{dnsPrefix}` for one label.
pub fn zones(ty: &str, group: &str, cloud: Cloud) -> &'static [&'static str] {
    private_link(ty, group).map_or(&[], |link| link.zones(cloud))
}

/// The sub-resources that a host belongs to, all with the ending that matches the most of it, and the
/// part of the host before that ending. Empty where no ending matches for certain.
///
/// `host` is a bare host name, perhaps with holes; a hole is taken to hold no dot.
pub fn by_host(host: &Text, cloud: Cloud) -> Vec<(&'static PrivateLink, Vec<Text>)> {
    let labels = host.split('.');
    let labels = match labels.split_last() {
        Some((Text::Known(last), rest)) if last.is_empty() => rest,
        _ => &labels,
    };
    let mut best = 0;
    let mut found = Vec::new();
    for link in PRIVATE_LINKS.iter() {
        for ending in &link.hosts[table::cloud_index(cloud)] {
            let Some((score, before)) = match_ending(labels, ending) else { continue };
            if score > best {
                found.clear();
                best = score;
            }
            if score == best {
                found.push((link, before));
            }
        }
    }
    found
}

// The literal characters that the ending covers, and one for each `{label}`, so that a longer ending
// wins and a literal one wins over a pattern; with the labels before it.
fn match_ending(labels: &[Text], ending: &str) -> Option<(usize, Vec<Text>)> {
    let (parts, rest) = match ending.strip_prefix('.') {
        Some(parts) => (parts, true),
        None => (ending, false),
    };
    let (label_end, parts) = match parts.split_once('.') {
        Some((label_end, parts)) if label_end.starts_with('-') => (label_end, parts),
        _ => ("", parts),
    };
    let at = labels.len().checked_sub(parts.split('.').count())?;
    let (before, tail) = labels.split_at_checked(at)?;
    let same = tail.iter().rev().zip(parts.rsplit('.')).all(|(label, part)| match_label(label, part));
    if !same || (before.is_empty() == (rest || !label_end.is_empty())) {
        return None;
    }
    let mut before = before.to_vec();
    if !label_end.is_empty() {
        let last = before.pop()?;
        before.push(without_end(&last, label_end)?);
    }
    let placeholders = parts.split('.').filter(|part| is_pattern(part));
    let placeholders: usize = placeholders.map(|part| part.len() - 1).sum();
    Some((ending.len() - placeholders, before))
}

fn is_pattern(part: &str) -> bool {
    part.starts_with('{')
}

// A host of the private zone has `privatelink` where the pattern of a public one has a label.
fn match_label(label: &Text, part: &str) -> bool {
    match (is_pattern(part), label.known()) {
        (true, Some(label)) => !label.is_empty() && !label.eq_ignore_ascii_case("privatelink"),
        (true, None) => true,
        (false, Some(label)) => label.eq_ignore_ascii_case(part),
        (false, None) => false,
    }
}

// Whether a sub-resource is the one of a cell: `sites-{slot}` stands for that of any slot.
fn is_of_form(group: &str, form: &str) -> bool {
    match form.split_once('{') {
        Some((before, _)) => {
            let start = group.get(..before.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(before)) && group.len() > before.len()
        }
        None => !form.is_empty() && form.eq_ignore_ascii_case(group),
    }
}

fn without_end(label: &Text, end: &str) -> Option<Text> {
    if label.ends_with(end) != Truth::True {
        return None;
    }
    let mut segments = label.segments();
    let last = segments.pop()?;
    let kept = match last {
        Segment::Literal(text) => text.get(..text.len() - end.len())?.into(),
        Segment::Hole(_) => return None,
    };
    let texts = segments.into_iter().map(|segment| match segment {
        Segment::Literal(text) => Text::Known(text),
        Segment::Hole(hole) => Text::hole(hole),
    });
    Some(Text::concat(texts.chain([Text::Known(kept)])))
}

impl PrivateLink {
    /// The DNS zones in a cloud; empty where none is known.
    pub fn zones(&self, cloud: Cloud) -> &[&'static str] {
        &self.zones[table::cloud_index(cloud)]
    }

    /// The endings of hosts in a cloud; one that starts with `-` ends the first label.
    pub fn hosts(&self, cloud: Cloud) -> &[&'static str] {
        &self.hosts[table::cloud_index(cloud)]
    }

    /// Whether this is the sub-resource `group`, or the one that `group` is the secondary of.
    pub fn has_group(&self, group: &str) -> bool {
        self.group.eq_ignore_ascii_case(group) || is_of_form(group, self.secondary_group)
    }

    /// The sub-resource of the secondary region, or the usual one.
    pub fn group_of(&self, secondary: bool) -> &'static str {
        if secondary && !self.secondary_group.is_empty() { self.secondary_group } else { self.group }
    }

    /// Whether a zone is one that serves this sub-resource in a cloud.
    pub fn is_zone(&self, zone: &str, cloud: Cloud) -> bool {
        self.zones(cloud).iter().any(|expected| {
            let (expected, zone) = (expected.split('.'), zone.split('.'));
            expected.clone().count() == zone.clone().count()
                && expected.zip(zone).all(|(part, label)| match_label(&Text::Known(label.into()), part))
        })
    }
}
