//! What is recorded.

pub(crate) mod defender_plan_off;
pub(crate) mod sql_auditing_off;
