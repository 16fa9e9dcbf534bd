//! Which other files decide about an artefact or an export: those of its folder, and whatever else may be a rendering of
//! the same factory.

use armlint_engine::dialect::{Dialect, File, Recognition, Ties};
use smol_str::{SmolStr, format_smolstr};

use super::{export, file_name, folder};
use crate::artefact::ArtefactKind;

/// What ties a file to others.
pub(super) fn ties(file: &File) -> Ties {
    match &file.recognition {
        Recognition::Declared(claim) if claim.dialect == Dialect::Folder => {
            let mut ties = of_folder(&claim.folder);
            if ArtefactKind::of_index(claim.kind) == Some(ArtefactKind::Factory) {
                ties.offers.push(factory(&super::name(&file.parsed)));
            }
            ties
        }
        Recognition::Template { export } => of_template(&file.parsed.source.path, *export),
        _ => Ties::default(),
    }
}

/// What ties a file at a path to others, if it is what the path says.
pub(super) fn of_path(path: &str) -> Ties {
    match super::place(path) {
        Some((folder, _)) => of_folder(&folder),
        None => of_template(path, true),
    }
}

fn of_folder(root: &str) -> Ties {
    let own = format_smolstr!("folder {root}");
    Ties { offers: vec![factory(file_name(root))], asks: vec![own] }
}

fn of_template(path: &str, export: bool) -> Ties {
    let place = folder(path);
    if export && export::is_whole_export(file_name(path)) {
        return Ties { offers: vec![whole(place)], asks: vec![factory(file_name(place))] };
    }
    if export::is_linked_part(path) {
        let above = folder(place);
        let asks = vec![format_smolstr!("parts {place}"), whole(above), factory(file_name(above))];
        return Ties { offers: Vec::new(), asks };
    }
    Ties::default()
}

fn factory(name: &str) -> SmolStr {
    format_smolstr!("factory {}", name.to_ascii_lowercase())
}

fn whole(folder: &str) -> SmolStr {
    format_smolstr!("whole export {folder}")
}
