//! The thread that does the work: one event after the other, and a check when none waits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use armlint_workspace::project;
use lsp_server::ErrorCode;
use lsp_types::MessageType;
use serde_json::Value;

use super::client::Refusal;
use super::error::Error;
use super::queue::{Event, Next, Queue};
use super::workspace::Workspace;

/// Starts the worker, which ends when the queue is closed.
pub(super) fn start(mut workspace: Workspace, queue: Arc<Queue>) -> Result<(), Error> {
    let pool = project::pool(None)?;
    let run = move || pool.install(|| work(&mut workspace, &queue));
    std::thread::Builder::new().name("worker".to_string()).spawn(run).map_err(Error::Thread)?;
    Ok(())
}

fn work(workspace: &mut Workspace, queue: &Queue) {
    loop {
        match queue.next(workspace.is_busy()) {
            Next::Closed => return,
            Next::Idle => drop(guarded(workspace, "check", Workspace::check)),
            Next::Event(Event::Request(request)) => {
                let (id, method) = (request.id.clone(), request.method.clone());
                let answer = guarded(workspace, &method, |workspace| workspace.answer(request));
                let answer: Result<Value, Refusal> = answer.unwrap_or_else(|| {
                    let message = "the linter failed; the log says where".to_string();
                    Err(Refusal { code: ErrorCode::InternalError, message })
                });
                if queue.answered(&id) {
                    workspace.client.answer(id, answer);
                }
            }
            Next::Event(event) => drop(guarded(workspace, "event", |workspace| workspace.handle(event))),
        }
    }
}

// A panic costs what it happened in and nothing else. What it says may hold text of a file, and is not told.
fn guarded<T>(workspace: &mut Workspace, what: &str, run: impl FnOnce(&mut Workspace) -> T) -> Option<T> {
    let outcome = catch_unwind(AssertUnwindSafe(|| run(workspace)));
    if outcome.is_err() {
        workspace.recover();
        let message = format!("the linter failed in `{what}`, and reads all texts anew");
        workspace.client.log(MessageType::ERROR, message);
    }
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::client::Client;
    use crate::transport::Outgoing;

    #[test]
    fn a_panic_is_told_without_what_it_says_and_the_worker_lives_on() {
        let (sender, receiver) = mpsc::channel();
        let mut workspace = Workspace::new(Client::new(sender), &Value::Null);
        let failed: Option<()> = guarded(&mut workspace, "hover", |_| panic!("planted-Secret-1"));
        assert!(failed.is_none());
        assert_eq!(guarded(&mut workspace, "hover", |_| 7), Some(7));
        drop(workspace);
        let told: Vec<Outgoing> = receiver.into_iter().collect();
        let text = format!("{told:?}");
        assert!(text.contains("hover") && !text.contains("planted-Secret"), "{text}");
    }
}
