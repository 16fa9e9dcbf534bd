//! Who can reach what.

pub(crate) mod waf_detection_only;
pub(crate) mod waf_disabled;
