//! One line for each finding: `path:line:column: severity[rule] message`.

use std::io::{self, Write};

use armlint_workspace::text::printable;

use super::View;

/// Writes the findings; columns are 1-based and count UTF-16 units.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.findings {
        let (path, line, column) = view.place(&finding.primary);
        let message = finding.message.replace(['\n', '\r'], " ");
        let (path, message) = (printable(path), printable(&message));
        writeln!(out, "{path}:{line}:{column}: {}[{}] {message}", finding.severity, finding.rule)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Concise, &Style::file()));
    }
}
