//! Rules about what the schema of a resource type says: a finding needs the schema and one more reason.

pub(crate) mod invalid_value;
pub(crate) mod misplaced_property;
pub(crate) mod missing_required;
pub(crate) mod out_of_range;
pub(crate) mod property_removed;
pub(crate) mod switch_not_in_version;
pub(crate) mod unknown_api_version;
pub(crate) mod unknown_property;
pub(crate) mod unknown_resource_type;
pub(crate) mod wrong_type;
