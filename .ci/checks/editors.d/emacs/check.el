;;; check.el --- Drives Eglot as a user does  -*- lexical-binding: t -*-

;; Opens a file of a factory, applies the fix at the finding, saves, and looks. Run by the check, with
;;   ARMLINT_SNIPPET  the settings from docs/editors.md
;;   ARMLINT_FOLDER   a copy of the example's factory
;; armlint itself is on the path, as the settings have it.

(require 'cl-lib)
(require 'project)
(require 'eglot)

(defvar check-failed 0)

(defun check (says holds)
  "Tell whether something HOLDS; SAYS is what."
  (princ (format "%s %s\n" (if holds "ok" "FAILED") says))
  (unless holds (cl-incf check-failed))
  holds)

(defun check-wait (holds)
  "Wait until the function HOLDS does; give what it gives."
  (let ((end (+ (float-time) 20)) (value nil))
    (while (not (or (setq value (funcall holds)) (> (float-time) end)))
      (accept-process-output nil 0.05)
      (sit-for 0.05))
    value))

(defun check-messages ()
  "What Flymake shows in the buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun check-found (part)
  "Whether Flymake shows a finding with PART in its text."
  (cl-some (lambda (each) (string-match-p (regexp-quote part) each)) (check-messages)))

(defun check-session ()
  "The session of a user."
  (let ((folder (getenv "ARMLINT_FOLDER")) (inhibit-message t) (eglot-sync-connect t))
    (load (getenv "ARMLINT_SNIPPET") nil t t)
    ;; Emacs 28 has no mode of its own for JSON.
    (unless (fboundp 'js-json-mode)
      (define-derived-mode js-json-mode js-mode "JSON")
      (add-to-list 'auto-mode-alist '("\\.json\\'" . js-json-mode)))
    (find-file (expand-file-name "integrationRuntime/ManagedNetworkRuntime.json" folder))
    (call-interactively #'eglot)
    (check "Eglot shows the finding of a runtime in another region"
           (check-wait (lambda () (check-found "North Europe"))))
    (let ((finding (car (flymake-diagnostics))))
      (check "and marks the region alone"
             (equal (buffer-substring (flymake-diagnostic-beg finding) (flymake-diagnostic-end finding))
                    "\"North Europe\""))
      (goto-char (1+ (flymake-diagnostic-beg finding))))
    ;; As if a key had been pressed, so that the question is no menu.
    (cl-letf (((symbol-function 'completing-read) (lambda (_ choices &rest _) (caar choices)))
              (last-nonmenu-event ?a))
      (eglot-code-actions (point) (1+ (point)) "quickfix" t))
    (save-buffer)
    (check "the finding is gone when its code action is applied" (check-wait (lambda () (not (check-messages)))))
    (check "the file on disk is fixed"
           (with-temp-buffer
             (insert-file-contents (expand-file-name "integrationRuntime/ManagedNetworkRuntime.json" folder))
             (not (search-forward "North Europe" nil t))))
    (eglot-shutdown (eglot-current-server))
    (check "the server ends when it is shut down" (check-wait (lambda () (not (eglot-current-server)))))))

(condition-case fault
    (progn (check-session) (check "the session runs to its end" t))
  (error (check (format "the session runs to its end: %S" fault) nil)))
(kill-emacs (if (zerop check-failed) 0 1))
