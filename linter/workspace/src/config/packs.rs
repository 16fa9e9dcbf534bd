//! The packs of a configuration.

use armlint_engine::rule::Catalogue;
use armlint_engine::rule::declarative::Loaded;
use serde_saphyr::Location;

use super::Options;
use super::fault::wrong;
use super::layer::Layer;
use super::text::PackText;
use crate::error::Fault;
use crate::pack::{PackPlace, namespace_fault};

/// What packs give.
pub(super) struct Packs {
    /// The rules, with those of the program; none where there are no packs.
    pub(super) catalogue: Option<Catalogue>,
    /// What is wrong with them.
    pub(super) faults: Vec<Fault>,
}

/// Reads the packs that layers name; of one namespace the last one holds.
pub(super) fn packs(layers: &[Layer], options: &Options, built_in: &Catalogue) -> Packs {
    let (mut loaded, mut incomplete, mut faults): (Vec<Loaded>, Vec<String>, Vec<Fault>) = Default::default();
    for (layer, text) in named(layers, &mut faults) {
        let place = PackPlace {
            folder: &layer.folder,
            shown: layer.shown_folder(),
            path: &text.path.value,
            namespace: &text.namespace.value,
        };
        let namespace = format!("{}/", text.namespace.value);
        let at = |location: Location, message: String| layer.fault(wrong(location, message));
        if let Some(message) = namespace_fault(place.namespace, built_in) {
            faults.push(at(text.namespace.referenced, message));
            continue;
        }
        match options.shelf.pack(place, built_in) {
            Ok(pack) => {
                loaded.extend(pack.rules.iter().cloned());
                incomplete.extend((!pack.faults.is_empty()).then_some(namespace));
                faults.extend(pack.faults.iter().cloned());
            }
            Err(message) => {
                faults.push(at(text.path.referenced, message));
                incomplete.push(namespace);
            }
        }
    }
    let is_any = !loaded.is_empty() || !incomplete.is_empty();
    Packs { catalogue: is_any.then(|| built_in.with_packs(&loaded, incomplete)), faults }
}

// Each with the layer that names it.
fn named<'l>(layers: &'l [Layer], faults: &mut Vec<Fault>) -> Vec<(&'l Layer, &'l PackText)> {
    let mut named: Vec<(&Layer, &PackText)> = Vec::new();
    for layer in layers {
        for text in &layer.written.rule_packs {
            let namespace = &text.namespace;
            match named.iter_mut().find(|(_, other)| other.namespace.value == namespace.value) {
                Some((other, _)) if std::ptr::eq(*other, layer) => {
                    let message = format!("the namespace `{}` stands here twice", namespace.value);
                    faults.push(layer.fault(wrong(namespace.referenced, message)));
                }
                Some(other) => *other = (layer, text),
                None => named.push((layer, text)),
            }
        }
    }
    named
}
