//! Kubernetes.

pub(crate) mod api_server_open;
pub(crate) mod dashboard_on;
pub(crate) mod rbac_off;
