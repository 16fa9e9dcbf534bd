//! What texts refer to: the engine asks for it, and whoever can read files hands it in, until nothing is missing.

use std::collections::HashSet;

use armlint_engine::session::{Session, Wanted};

use crate::error::Error;

/// Whoever holds a session and can read files.
pub trait Supplier {
    /// The session.
    fn session(&self) -> &Session;

    /// Finds what is wanted, reads it, and hands it to the session. What is not there is left out.
    fn supply(&mut self, wanted: &[Wanted]) -> Result<(), Error>;
}

/// Supplies what the texts of a session refer to, what those texts refer to, and so on. Nothing is asked for twice.
pub fn complete(supplier: &mut impl Supplier) -> Result<(), Error> {
    let mut asked: HashSet<Wanted> = HashSet::new();
    loop {
        let wanted = supplier.session().wanted().into_iter();
        let missing: Vec<Wanted> = wanted.filter(|wanted| asked.insert(wanted.clone())).collect();
        if missing.is_empty() {
            return Ok(());
        }
        supplier.supply(&missing)?;
    }
}

#[cfg(test)]
mod tests {
    use armlint_engine::session::Input;

    use super::*;

    // Two files, the second of which is taken for named although it was only referred to.
    #[derive(Default)]
    struct Files {
        session: Session,
        asked: Vec<String>,
    }

    impl Files {
        fn set(&mut self, path: &str, context: bool) {
            let content = Ok(b"{}".to_vec());
            self.session.set_all(vec![Input { path: path.into(), content, context, named: true }]);
        }
    }

    impl Supplier for Files {
        fn session(&self) -> &Session {
            &self.session
        }

        fn supply(&mut self, wanted: &[Wanted]) -> Result<(), Error> {
            self.asked.extend(wanted.iter().map(|wanted| format!("{} in {:?}", wanted.from, wanted.path)));
            self.set("a/second.json", false);
            self.set("a/context.json", true);
            Ok(())
        }
    }

    #[test]
    fn each_text_is_asked_about_once_and_context_never() {
        let mut files = Files::default();
        files.set("first.json", false);
        complete(&mut files).unwrap();
        assert_eq!(files.asked, ["first.json in \"\"", "a/second.json in \"a\""]);
    }
}
