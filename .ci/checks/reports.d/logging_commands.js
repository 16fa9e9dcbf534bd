// Reads the lines of standard input as logging commands with the library of Azure Pipelines' own tasks, and
// prints each as a line of JSON: its name, its properties and its message.
'use strict';

const { commandFromString } = require('azure-pipelines-task-lib/taskcommand');
const lines = require('fs').readFileSync(0, 'utf8').split('\n');
for (const line of lines.filter((line) => line.includes('##vso['))) {
  const { command, properties, message } = commandFromString(line.slice(line.indexOf('##vso[')));
  console.log(JSON.stringify({ command, properties, message }));
}
