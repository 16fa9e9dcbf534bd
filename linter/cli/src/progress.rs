//! A sign of life on standard error for runs that take long; nothing where nobody watches.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use armlint_workspace::project::Phase;

/// How long a run is silent.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shows what is going on until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    running: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to wait; shows nothing unless standard error is a terminal.
    pub(crate) fn start() -> Progress {
        let running = io::stderr().is_terminal().then(|| {
            let (sender, receiver) = mpsc::channel::<String>();
            let thread = thread::spawn(move || {
                let mut phase = String::new();
                let mut wait = PATIENCE;
                let start = std::time::Instant::now();
                loop {
                    match receiver.recv_timeout(wait) {
                        Ok(next) => phase = next,
                        Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => break,
                    }
                    if start.elapsed() >= PATIENCE {
                        draw(&phase);
                        wait = Duration::from_secs(3600);
                    } else {
                        wait = PATIENCE.saturating_sub(start.elapsed());
                    }
                }
                if start.elapsed() >= PATIENCE {
                    draw("");
                }
            });
            (sender, thread)
        });
        Progress { running }
    }

    /// Says what is done now.
    pub(crate) fn phase(&self, phase: Phase) {
        self.show(|| match phase {
            Phase::Reading(files) => format!("reading {files} files"),
            Phase::Checking(files) => format!("checking {files} files"),
        });
    }

    /// Says this.
    pub(crate) fn show(&self, text: impl FnOnce() -> String) {
        if let Some((sender, _)) = &self.running {
            // Without a listener there is nobody to tell.
            let _ = sender.send(text());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            // A thread that failed took only the display with it.
            let _ = thread.join();
        }
    }
}

fn draw(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[K{text}").and_then(|()| stderr.flush());
}
