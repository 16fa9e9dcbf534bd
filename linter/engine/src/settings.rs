//! What the user chose to check for.

/// What the user chose to check for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The day whose Azure is checked against.
    pub as_of: Date,
    /// The cloud.
    pub cloud: Cloud,
    /// `strict`: what is advice for high isolation is a finding.
    pub strict: bool,
    /// Choices about data factories and Synapse workspaces.
    pub adf: FactorySettings,
}

/// Choices about data factories and Synapse workspaces, as `adf` of the configuration gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactorySettings {
    /// `adf.closed-world`: every deployment holds all that its factories consist of.
    pub closed_world: bool,
    /// `adf.strict`, which says the same as `strict`.
    pub strict: bool,
    /// `adf.allow-auto-resolve`: the runtime `AutoResolveIntegrationRuntime` may be used outside of the
    /// managed virtual network.
    pub allow_auto_resolve: bool,
    /// `adf.approved-subscriptions`: the subscriptions that managed private endpoints may lead to; empty
    /// where all are.
    pub approved_subscriptions: Vec<String>,
    /// `adf.private-link`: the names of factories that are reached over a private endpoint although their
    /// files do not say so.
    pub private_link: Vec<String>,
}

impl Settings {
    /// Settings for a day and a cloud, with no other choices.
    pub fn new(as_of: Date, cloud: Cloud) -> Settings {
        Settings { as_of, cloud, strict: false, adf: FactorySettings::default() }
    }

    /// Whether what is advice for high isolation is a finding.
    pub fn is_strict(&self) -> bool {
        self.strict || self.adf.strict
    }
}

/// A calendar day, ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
}

/// The clouds that facts differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// Azure.
    Public,
    /// Azure Government.
    UsGovernment,
    /// Azure operated by 21Vianet.
    China,
}

impl std::str::FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Date, String> {
        let mut parts = text.splitn(3, '-');
        let mut part = |digits: usize| {
            let part = parts.next()?;
            (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse().ok())?
        };
        let date = (|| {
            let (year, month, day): (u16, u16, u16) = (part(4)?, part(2)?, part(2)?);
            let days = match month {
                2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            let valid = (1..=12).contains(&month) && (1..=days).contains(&day);
            valid.then_some(Date { year, month: month as u8, day: day as u8 })
        })();
        date.ok_or_else(|| format!("`{text}` is no date; write it as 2020-04-01"))
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
