//! What waits for the worker, in the order in which it came.
//!
//! Answers are those of the texts as they were when the question was asked: a change waits behind the
//! requests before it. Changes of one text without a request between them become one.

use std::collections::{HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use lsp_server::{Request, RequestId};
use lsp_types::{
    DidOpenTextDocumentParams, FileEvent, TextDocumentContentChangeEvent, WorkspaceFoldersChangeEvent,
};
use serde_json::Value;

/// What the worker is to do.
#[derive(Debug)]
pub(super) enum Event {
    /// A buffer is open.
    Open(DidOpenTextDocumentParams),
    /// A buffer has changed.
    Change {
        /// Which.
        uri: String,
        /// Its version afterwards.
        version: i32,
        /// The changes, one after the other.
        changes: Vec<TextDocumentContentChangeEvent>,
    },
    /// A buffer was written to its file.
    Save(String),
    /// A buffer is closed.
    Close(String),
    /// Files have changed on disk.
    Files(Vec<FileEvent>),
    /// Folders came to the workspace or left it.
    Folders(WorkspaceFoldersChangeEvent),
    /// The client's settings.
    Settings(Value),
    /// A question.
    Request(Request),
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Next {
    /// This.
    Event(Event),
    /// Nothing: there is time to check.
    Idle,
    /// Nothing more, ever.
    Closed,
}

/// The queue between the reader and the worker.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    /// Requests that wait or run.
    unanswered: HashSet<RequestId>,
    closed: bool,
}

impl Queue {
    /// Adds an event.
    pub(super) fn push(&self, event: Event) {
        let mut state = self.lock();
        match event {
            Event::Change { uri, version, changes } => state.change(uri, version, changes),
            Event::Request(request) => {
                state.unanswered.insert(request.id.clone());
                state.events.push_back(Event::Request(request));
            }
            other => state.events.push_back(other),
        }
        self.ready.notify_one();
    }

    /// Takes the next event, or waits for one; where the worker has something else to do it does not wait.
    pub(super) fn next(&self, busy: bool) -> Next {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Next::Closed;
            }
            if let Some(event) = state.events.pop_front() {
                return Next::Event(event);
            }
            if busy {
                return Next::Idle;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A request is no longer wanted. Whether it was still to be answered.
    pub(super) fn cancel(&self, id: &RequestId) -> bool {
        let mut state = self.lock();
        state.events.retain(|event| !matches!(event, Event::Request(request) if request.id == *id));
        state.unanswered.remove(id)
    }

    /// A request has its answer. Whether that is still to be sent.
    pub(super) fn answered(&self, id: &RequestId) -> bool {
        self.lock().unanswered.remove(id)
    }

    /// Nothing more comes.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_one();
    }

    // What is in it is whole after every step.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn change(&mut self, uri: String, version: i32, mut changes: Vec<TextDocumentContentChangeEvent>) {
        // What is replaced as a whole need not be made first.
        if let Some(whole) = changes.iter().rposition(|change| change.range.is_none()) {
            changes.drain(..whole);
        }
        let alike = self.events.iter_mut().rev().take_while(|event| matches!(event, Event::Change { .. }));
        for event in alike {
            let Event::Change { uri: other, version: known, changes: waiting } = event else { break };
            if *other == uri {
                if changes.first().is_some_and(|change| change.range.is_none()) {
                    waiting.clear();
                }
                waiting.append(&mut changes);
                *known = version;
                return;
            }
        }
        self.events.push_back(Event::Change { uri, version, changes });
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};

    use super::*;

    fn change(uri: &str, version: i32, text: &str, whole: bool) -> Event {
        let range = (!whole).then(|| Range::new(Position::new(0, 0), Position::new(0, 0)));
        let change = TextDocumentContentChangeEvent { range, range_length: None, text: text.into() };
        Event::Change { uri: uri.into(), version, changes: vec![change] }
    }

    fn request(id: i32) -> Event {
        Event::Request(Request { id: id.into(), method: "x".into(), params: Value::Null })
    }

    fn told(queue: &Queue) -> Vec<String> {
        let mut all = Vec::new();
        while let Next::Event(event) = queue.next(true) {
            all.push(match event {
                Event::Change { uri, version, changes } => {
                    let texts: Vec<&str> = changes.iter().map(|change| change.text.as_str()).collect();
                    format!("{uri}{version} {}", texts.join("+"))
                }
                Event::Request(request) => format!("? {}", request.id),
                other => format!("{other:?}"),
            });
        }
        all
    }

    #[test]
    fn changes_become_one_unless_a_request_stands_between_them() {
        let queue = Queue::default();
        queue.push(change("a", 1, "x", true));
        queue.push(change("b", 1, "y", false));
        queue.push(change("a", 2, "z", false));
        queue.push(change("b", 2, "w", true));
        queue.push(request(1));
        queue.push(change("a", 3, "v", true));
        queue.push(change("a", 4, "u", true));
        assert_eq!(told(&queue), ["a2 x+z", "b2 w", "? 1", "a4 u"]);
    }

    #[test]
    fn what_is_cancelled_is_answered_once() {
        let queue = Queue::default();
        queue.push(request(1));
        queue.push(request(2));
        assert!(queue.cancel(&1.into()) && !queue.cancel(&1.into()) && !queue.answered(&1.into()));
        assert!(matches!(queue.next(false), Next::Event(Event::Request(request)) if request.id == 2.into()));
        // It runs.
        assert!(queue.cancel(&2.into()) && !queue.answered(&2.into()));
        assert!(matches!(queue.next(true), Next::Idle));
        queue.close();
        assert!(matches!(queue.next(true), Next::Closed));
    }
}
