//! Templates, whatever they deploy.

pub(crate) mod copy_count;
pub(crate) mod dependency_cycle;
pub(crate) mod duplicate_resource;
pub(crate) mod evaluation_error;
pub(crate) mod limits;
pub(crate) mod outer_scope_secret;
pub(crate) mod parameter_default_type;
pub(crate) mod parameter_missing;
pub(crate) mod parameter_secret_in_file;
pub(crate) mod parameter_type;
pub(crate) mod parameter_unknown;
pub(crate) mod secret_in_output;
pub(crate) mod secure_parameter_default;
pub(crate) mod undefined_name;
pub(crate) mod unknown_function;
pub(crate) mod unused_existing;
pub(crate) mod unused_parameter;
pub(crate) mod unused_variable;
pub(crate) mod wrong_argument_count;
