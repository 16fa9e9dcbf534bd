//! Kubernetes.

pub(crate) mod dashboard_on;
pub(crate) mod rbac_off;
