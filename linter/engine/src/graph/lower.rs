//! From syntax to resources.

use super::Graph;
use crate::dialect::Deployment;

/// Makes the graph of a deployment.
pub fn lower(deployment: &Deployment) -> Graph {
    Graph::new(deployment, Vec::new())
}
