//! The tests of the catalogue, in one executable: linking costs more than most of them. The examples of the rules
//! have their own, `../examples.rs`.

mod bicep;
mod checked;
mod conventions;
mod corpus;
mod environments;
mod finds_secrets;
mod fingerprints;
mod grouping;
mod healthy_factory;
mod judged;
mod limits;
mod manifests;
mod mistakes;
mod properties;
mod recognition;
mod roles;
mod sentences;
mod shared_values;
mod traps_addresses;
mod traps_endpoints;
mod traps_language;
mod traps_machines;
mod traps_network;
mod traps_pipelines;
mod traps_references;
mod traps_runtimes;
mod traps_secrets;
mod traps_shir;
mod traps_targets;
mod traps_template;
mod traps_transport;
mod unknowns;
mod yaml_dialects;
mod yaml_forms;
mod yaml_limits;

// What these two say of mistakes is tested here.
#[allow(dead_code)]
#[path = "../../build/folder.rs"]
mod folder;
#[path = "../running/mod.rs"]
mod running;
