//! Properties that hold secrets, and properties that everybody with read access reads.

use super::sorted;

pub(super) const SECRETS: &str = include_str!("../../facts/secret_properties.tsv");

pub(super) const READABLE: &str = include_str!("../../facts/readable_properties.tsv");

/// A property that holds a secret, which the service gives nobody back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretProperty {
    /// The way to it, see [`crate::select`].
    pub path: &'static str,
    /// What it holds.
    pub kind: SecretKind,
}

/// What a property of secrets holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// The secret.
    Secret,
    /// A connection string with one.
    ConnectionString,
    /// An object with some.
    Settings,
    /// What somebody wants to be kept, which may be no secret.
    Kept,
}

/// A property that the service gives back as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadableProperty {
    /// The way to it, see [`crate::select`].
    pub path: &'static str,
    /// What it is.
    pub place: ReadablePlace,
    /// Where it is kept after all: a path, and values of it.
    pub unless: Option<(&'static str, &'static str)>,
}

/// What a property is that everybody with read access reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadablePlace {
    /// An app setting or a connection string of an app.
    AppSetting,
    /// A variable or the command of a container.
    ContainerEnvironment,
    /// The public settings of a machine's extension.
    ExtensionSettings,
    /// The custom data of a machine.
    CustomData,
    /// The user data of a machine.
    UserData,
    /// The text, the arguments or a variable of a deployment script.
    DeploymentScript,
    /// A variable of an automation account.
    AutomationVariable,
    /// A named value of API Management.
    NamedValue,
    /// A key of an App Configuration store.
    ConfigStore,
}

impl ReadablePlace {
    fn read(word: &str) -> Option<ReadablePlace> {
        Some(match word {
            "app-setting" => ReadablePlace::AppSetting,
            "container-environment" => ReadablePlace::ContainerEnvironment,
            "extension-settings" => ReadablePlace::ExtensionSettings,
            "custom-data" => ReadablePlace::CustomData,
            "user-data" => ReadablePlace::UserData,
            "deployment-script" => ReadablePlace::DeploymentScript,
            "automation-variable" => ReadablePlace::AutomationVariable,
            "named-value" => ReadablePlace::NamedValue,
            "config-store" => ReadablePlace::ConfigStore,
            _ => return None,
        })
    }
}

/// The secret properties of a resource type, without regard to case.
pub fn secret_properties_of(ty: &str) -> impl Iterator<Item = SecretProperty> + use<'_> {
    sorted::lines_of(SECRETS, ty).filter_map(|line| {
        let mut cells = line.split('\t').skip(1);
        let path = cells.next()?;
        let kind = match cells.next()? {
            "connection-string" => SecretKind::ConnectionString,
            "settings" => SecretKind::Settings,
            "kept" => SecretKind::Kept,
            _ => SecretKind::Secret,
        };
        Some(SecretProperty { path, kind })
    })
}

/// The readable properties of a resource type, without regard to case.
pub fn readable_properties_of(ty: &str) -> impl Iterator<Item = ReadableProperty> + use<'_> {
    sorted::lines_of(READABLE, ty).filter_map(|line| {
        let mut cells = line.split('\t').skip(1);
        let path = cells.next()?;
        let place = ReadablePlace::read(cells.next()?)?;
        Some(ReadableProperty { path, place, unless: cells.next()?.split_once('=') })
    })
}
