//! Which values of each connector weaken the transport, and which do not.

use armlint_engine::session::{Input, Session};
use armlint_engine::settings::{Cloud, Settings};
use armlint_rules::facts_date;

const RULE: &str = "adf/insecure-transport";

// The texts that the rule points at in a linked service; `connectionString=` in front of a case stands for
// a key of the connection string.
fn found(ty: &str, properties: &str) -> Vec<String> {
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
           "contentVersion": "1.0.0.0", "resources": [
             {{ "type": "Microsoft.DataFactory/factories/linkedservices", "apiVersion": "2018-06-01",
                "name": "f/s", "properties": {{ "type": "{ty}", "typeProperties": {{ {properties} }} }} }} ] }}"#
    );
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(vec![Input {
        path: "t.json".into(),
        content: Ok(text.into_bytes()),
        context: false,
        named: true,
    }]);
    let report = session.check(&Settings::new(facts_date(), Cloud::Public));
    let own = report.findings.iter().filter(|finding| finding.rule == RULE);
    own.map(|finding| {
        let span = finding.primary.span;
        report.source(span.source).map_or("", |source| source.slice(span)).to_string()
    })
    .collect()
}

// Each value of a property, and of a key of the connection string where `in_string` holds.
fn judge(ty: &str, property: &str, in_string: bool, weak: &[&str], sound: &[&str]) {
    for (values, expected) in [(weak, 1), (sound, 0)] {
        for value in values {
            let properties = match in_string {
                true => format!(r#""connectionString": "server=db.example.com;{property}={value}""#),
                false => format!(r#""{property}": {value}"#),
            };
            let found = found(ty, &properties);
            assert_eq!(found.len(), expected, "{ty}: {properties}: {found:?}");
            let pointed = found.iter().all(|text| text.trim_matches('"') == value.trim_matches('"'));
            assert!(pointed, "{ty}: {properties}: {found:?}");
        }
    }
}

#[test]
fn two_is_required_for_mysql_and_mariadb() {
    for ty in ["MySql", "MariaDB"] {
        let weak = ["0", "1", "\"0\"", "\"Preferred\"", "\"Disabled\""];
        judge(ty, "sslMode", false, &weak, &["2", "3", "4", "\"Required\"", "\"2\""]);
    }
    for ty in ["MySql", "MariaDB", "AzureMySql", "AzureMariaDB"] {
        judge(ty, "SSLMode", true, &["0", "1", "Preferred"], &["2", "3", "4", "Required", "VerifyFull"]);
        judge(ty, "UseSSL", true, &["0"], &["1"]);
    }
}

#[test]
fn two_is_prefer_for_postgresql() {
    for ty in ["PostgreSqlV2", "AzurePostgreSql", "Greenplum"] {
        judge(ty, "sslMode", false, &["0", "1", "2", "\"Prefer\""], &["3", "4", "5", "\"Require\""]);
    }
    for ty in ["PostgreSql", "AzurePostgreSql", "Greenplum"] {
        judge(ty, "SSLMode", true, &["0", "1", "2", "prefer"], &["3", "4", "5", "verify-full"]);
        judge(ty, "EncryptionMethod", true, &["0"], &["1", "6"]);
    }
}

#[test]
fn oracle_has_to_require_both() {
    for property in ["encryptionClient", "cryptoChecksumClient"] {
        let weak = ["\"accepted\"", "\"rejected\"", "\"requested\"", "\"Requested\""];
        judge("Oracle", property, false, &weak, &["\"required\"", "\"Required\""]);
    }
}

#[test]
fn teradata_has_to_verify() {
    let weak = ["\"Disable\"", "\"Allow\"", "\"Prefer\"", "\"Require\""];
    judge("Teradata", "sslMode", false, &weak, &["\"Verify-CA\"", "\"Verify-Full\""]);
    judge("Teradata", "useDataEncryption", false, &["0"], &["1"]);
}

#[test]
fn hosts_and_certificates_are_checked() {
    judge("Sftp", "skipHostKeyValidation", false, &["true", "\"true\""], &["false"]);
    for ty in ["HttpServer", "RestService", "FtpServer", "Hive", "Impala", "Spark", "Presto"] {
        judge(ty, "enableServerCertificateValidation", false, &["false", "\"false\""], &["true"]);
    }
    for ty in ["SqlServer", "AzureSqlDatabase", "AzureSqlDW", "AzureSqlMI", "AmazonRdsForSqlServer"] {
        judge(ty, "encrypt", false, &["\"optional\"", "\"false\""], &["\"mandatory\"", "\"strict\""]);
        judge(ty, "trustServerCertificate", false, &["true"], &["false"]);
        judge(ty, "TrustServerCertificate", true, &["True", "yes"], &["False"]);
        judge(ty, "Encrypt", true, &["False", "Optional"], &["True", "Strict", "Mandatory"]);
    }
}

#[test]
fn storage_and_mongodb_use_tls() {
    for ty in ["AzureBlobStorage", "AzureTableStorage", "AzureFileStorage", "AzureStorage"] {
        judge(ty, "DefaultEndpointsProtocol", true, &["http"], &["https"]);
    }
    for ty in ["MongoDbV2", "MongoDbAtlas", "CosmosDbMongoDbApi"] {
        for (option, found_in) in [("tls=false", 1), ("ssl=false", 1), ("tls=true", 0), ("ssl=true", 0)] {
            let text = format!(r#""connectionString": "mongodb://db.example.com:27017/shop?{option}""#);
            assert_eq!(found(ty, &text).len(), found_in, "{ty}: {option}");
        }
    }
}
