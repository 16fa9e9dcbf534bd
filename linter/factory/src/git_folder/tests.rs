//! Which paths are those of artefacts.

use super::place;
use crate::artefact::ARTEFACTS;

#[test]
fn every_folder_of_the_table_is_one() {
    for artefact in &ARTEFACTS {
        let folder = artefact.kind.usual_folder();
        for path in [format!("a/b/{folder}/x.json"), format!("a/b/{}/x.JSON", folder.to_uppercase())] {
            assert_eq!(place(&path), Some(("a/b".into(), artefact.kind)), "{path}");
        }
        assert_eq!(place(&format!("{folder}/x.json")), Some(("".into(), artefact.kind)), "{folder}");
    }
    for path in [
        "a/x.json",
        "a/pipeline/x.yaml",
        "pipeline",
        "a/pipeline/deep/x.json",
        "managedPrivateEndpoint/x.json",
        "a/network/default/managedPrivateEndpoint/x.json",
    ] {
        assert_eq!(place(path), None, "{path}");
    }
}
