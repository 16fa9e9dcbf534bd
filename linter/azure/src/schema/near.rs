//! The property that was meant: one whose name differs by no more than a slip.

use armlint_engine::value::Value;

use super::{Members, Property};

/// Shorter names are not compared.
const MIN_LENGTH: usize = 4;

/// From this length on two slips are one.
const TWO_SLIPS: usize = 6;

/// How many letters two names differ in, without regard to case; two that changed places are one. None where there are
/// more than a slip has.
pub fn distance(written: &str, name: &str) -> Option<usize> {
    let most = if written.len() < TWO_SLIPS { 1 } else { 2 };
    if written.len().abs_diff(name.len()) > most {
        return None;
    }
    let distance = strsim::osa_distance(&written.to_ascii_lowercase(), &name.to_ascii_lowercase());
    (distance <= most).then_some(distance)
}

/// The property of an object that an unknown name was to be: one that can be written, is not there, and is near. Where
/// several are equally near it is the first.
pub fn near_property(written: &str, members: Members, object: &Value) -> Option<Property> {
    if written.len() < MIN_LENGTH {
        return None;
    }
    let starts = |a: &str, b: &str| a.get(..b.len()).is_some_and(|start| start.eq_ignore_ascii_case(b));
    let near = members.properties().filter_map(|property| {
        let distance = distance(written, property.name)?;
        let apart = !starts(written, property.name) && !starts(property.name, written);
        let is_free = || object.get(property.name).is_absent();
        (apart && !property.flags.is_read_only() && is_free()).then_some((distance, property))
    });
    near.min_by_key(|(distance, property)| (*distance, property.name)).map(|(_, property)| property)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips() {
        let table = [
            ("softDeleteRetentionDays", "softDeleteRetentionInDays", Some(2)),
            ("key_ops", "keyOps", Some(1)),
            ("MINIMALtlsversion", "minimumTlsVersion", Some(2)),
            ("naem", "name", Some(1)),
            ("nmae1", "name", None),
            ("sku", "kind", None),
        ];
        for (written, name, expected) in table {
            assert_eq!(distance(written, name), expected, "{written}");
        }
    }
}
