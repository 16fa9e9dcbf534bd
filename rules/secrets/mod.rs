//! Secrets of resources of any service.

pub(crate) mod app_setting;
pub(crate) mod automation_variable_plain;
pub(crate) mod config_store_value;
pub(crate) mod container_environment;
pub(crate) mod custom_data;
pub(crate) mod deployment_script;
pub(crate) mod extension_settings;
pub(crate) mod list_result_in_plain_setting;
pub(crate) mod literal;
pub(crate) mod named_value_plain;
pub(crate) mod plain_parameter;
pub(crate) mod tag_or_description;
