//! Texts of the tests.

/// A template with a parameter that nothing uses, of low severity.
pub(crate) const UNUSED: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "unused": { "type": "string" } },
  "resources": [
    { "type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "contoso.com", "location": "global" }
  ]
}
"#;

/// A template with a key that stands twice, behind characters of every width.
pub(crate) const WIDE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", /* ä𝄞𝄞 */ "contentVersion": "1.0.0.0",
  "resources": []
}
"#;

/// A template with a password in a parameter that is not secure, which has a safe fix, and a suppression
/// without a reason, which has one that is not.
pub(crate) const FIXABLE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {
    "password": { "type": "string" },
    "other": { "type": "string" }
  },
  "resources": [
    {
      "type": "Microsoft.DataFactory/factories/linkedservices",
      "apiVersion": "2018-06-01",
      "name": "f/Warehouse",
      // armlint: ignore[adf/api-version]
      "properties": {
        "type": "AzureSqlDatabase",
        "typeProperties": {
          "connectionString": "[concat('Server=tcp:db.database.windows.net;Database=a;User ID=', parameters('other'), ';Password=', parameters('password'), ';')]"
        }
      }
    }
  ]
}
"#;

pub(crate) const FACTORY: &str = r#"{ "name": "f", "location": "westeurope", "identity": { "type": "SystemAssigned" }, "properties": {} }
"#;

pub(crate) const DATASET: &str = r#"{
  "name": "Orders",
  "properties": {
    "linkedServiceName": { "referenceName": "Lake", "type": "LinkedServiceReference" },
    "type": "Json"
  }
}
"#;

pub(crate) const LAKE: &str = r#"{
  "name": "Lake",
  "properties": {
    "type": "AzureBlobFS",
    "typeProperties": { "url": "https://lake.dfs.core.windows.net/" }
  }
}
"#;

pub(crate) const PIPELINE: &str = r#"{
  "name": "Load",
  "properties": {
    "activities": [
      {
        "name": "Look",
        "type": "Lookup",
        "typeProperties": {
          "source": { "type": "JsonSource" },
          "dataset": { "referenceName": "Orders", "type": "DatasetReference" }
        }
      }
    ]
  }
}
"#;

/// The Git folder of a factory in which everything is there.
pub(crate) const GIT_FOLDER: [(&str, &str); 4] = [
    ("adf/factory/f.json", FACTORY),
    ("adf/dataset/Orders.json", DATASET),
    ("adf/linkedService/Lake.json", LAKE),
    ("adf/pipeline/Load.json", PIPELINE),
];

/// A linked service with a secret in it.
pub(crate) const SECRET: &str = r#"{
  "name": "Warehouse",
  "properties": {
    "type": "AzureSqlDatabase",
    "typeProperties": {
      "connectionString": "Server=tcp:db.database.windows.net;Database=a;User ID=b;Password=planted-Secret-1;"
    }
  }
}
"#;
