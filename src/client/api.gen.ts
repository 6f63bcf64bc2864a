/** The API as types, from docs/openapi.json. Generated: change the routes and run `npm run generate`. */

export interface paths {
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process answers */
        get: operations["isAlive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/startupz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it has started */
        get: operations["hasStarted"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether it should get requests */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How every part does, and whether work moves */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How every part does, and whether work moves */
        get: operations["getApiHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Measurements for Prometheus, in its text format or as OpenMetrics */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Agents and tasks in a few numbers */
        get: operations["getStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List projects, oldest first */
        get: operations["listProjects"];
        put?: never;
        /** Create a project */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/projects/{project}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a project */
        get: operations["getProject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a project
         * @description What is not given stays. `weight` and `max_unfinished_tasks` take a key that is for all projects.
         */
        patch: operations["updateProject"];
        trace?: never;
    };
    "/api/v1/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List agents, oldest first */
        get: operations["listAgents"];
        put?: never;
        /** Add a model server; nothing is contacted before it is approved */
        post: operations["addAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an agent */
        get: operations["getAgent"];
        put?: never;
        post?: never;
        /** Remove a model server, or an agent whose runner is offline */
        delete: operations["removeAgent"];
        options?: never;
        head?: never;
        /**
         * Change a model server; what is not named stays
         * @description Another `url` takes another approval, and the key is forgotten unless it is given again.
         */
        patch: operations["changeAgent"];
        trace?: never;
    };
    "/api/v1/agents/{agent}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an agent finish what it runs and give it nothing more */
        post: operations["drainAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give an agent work again */
        post: operations["resumeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}/unpark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give the agents of an account work again before its limit is lifted */
        post: operations["unparkAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a token with which one machine may become a runner */
        post: operations["createEnrolment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Become a runner with an enrolment token */
        post: operations["enrolRunner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Replace what the session said of its agents */
        put: operations["declareAgents"];
        /**
         * Open the session of a runner that has just started
         * @description The process before it is superseded, and the leases it still holds are given to other agents.
         */
        post: operations["openSession"];
        /** Close the session of a runner that stops; it is offline at once */
        delete: operations["closeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/accounts/park": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give no more work to the agents of an account whose limit is reached
         * @description Until the time given; of two times the later counts.
         */
        post: operations["parkAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/credentials/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a new credential; the one used for this request stays valid for 24 hours */
        post: operations["rotateRunnerCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runners, oldest first */
        get: operations["listRunners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a runner: its credential, its session and its agents */
        delete: operations["removeRunner"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys, newest first */
        get: operations["listKeys"];
        put?: never;
        /** Create an API key */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a key a new secret; the one before stays valid for 24 hours */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key, at once and for good */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens
         * @description Server-sent events, each an Event, from now on; with Last-Event-ID from there on, on any replica.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens to a task
         * @description Server-sent events, each an Event, from its submit on, or after Last-Event-ID. Ends when the task has ended.
         */
        get: operations["followTaskEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List questions: the pending ones oldest first, others newest first */
        get: operations["listQuestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a question */
        get: operations["getQuestion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a question
         * @description Also while no attempt waits for it: the next one finds the answer. A repeat is harmless.
         */
        post: operations["answerQuestion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/questions/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Dismiss a question: there will be no answer */
        post: operations["dismissQuestion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attempt/questions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a person, as a running attempt
         * @description With the token of an attempt. Asked again with the same key, also by a later attempt of the task, it is the same question: 200, perhaps answered already.
         */
        post: operations["askQuestion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attempt/questions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Wait for the answer to a question, as a running attempt
         * @description Answers as soon as the question is no longer pending, or with the pending one after `wait_ms`.
         */
        get: operations["waitForAnswer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a model server be contacted, and given work
         * @description Waits up to five seconds for what it says it has.
         */
        post: operations["approveAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/agents/{agent}/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a model server now what it has
         * @description It is asked every 30 seconds anyway. Waits up to five seconds for the answer.
         */
        post: operations["probeAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks, newest first
         * @description With the token of an attempt: its own sub-tasks.
         */
        get: operations["listTasks"];
        put?: never;
        /**
         * Submit a task
         * @description 201 means it is durable. The same Idempotency-Key with the same body answers 200 and the first task. With the token of an attempt it is a sub-task.
         */
        post: operations["submitTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Submit up to 1,000 tasks, all or none
         * @description The tasks may depend on one another by `ref`. All belong to one project.
         */
        post: operations["submitBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a task */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a task waits
         * @description Every agent of the project with its verdict, the place in the queue, and what would unblock it.
         */
        get: operations["whyTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the attempts of a task */
        get: operations["listAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/dependencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Results of the tasks that a task depends on */
        get: operations["listDependencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a task
         * @description At once when nobody holds it; else its holder is told, and it is forced after CANCEL_GRACE_MS. Its unfinished sub-tasks go with it. With the token of an attempt: one of its sub-tasks.
         */
        post: operations["cancelTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for the same work again, as a new task */
        post: operations["retryTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a task that waits for it
         * @description A repeat is harmless. To reject a task, cancel it.
         */
        post: operations["approveTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/continue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go on where a task has ended, with a new task
         * @description On the same agent of the same runner, with its session where it can resume one, else with a summary. With a model server: the conversation so far and the new prompt.
         */
        post: operations["continueTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what was said to a task, first to last */
        get: operations["listMessages"];
        put?: never;
        /**
         * Say something to a task
         * @description The agent that works on it is told when it can take messages, else at its next turn or attempt; `taken_by` shows it.
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runners/poll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew leases, receive work and news of cancels
         * @description The one channel of a runner. Waits up to `wait_ms` for work or for a directive other than `continue`. May be repeated blindly: a grant whose answer was lost is given again.
         */
        post: operations["pollForWork"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an attempt */
        post: operations["startAttempt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report success */
        post: operations["completeAttempt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report failure */
        post: operations["failAttempt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hand an attempt back
         * @description As a draining runner does: the task is queued at once, and the attempt does not count.
         */
        post: operations["releaseAttempt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Append to the log of an attempt */
        post: operations["appendLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attempt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show how an attempt stands, as a running attempt */
        get: operations["showOwnAttempt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attempt/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say how far an attempt is, as a running attempt
         * @description Told in at most one event a second; the task always has the last one.
         */
        post: operations["reportProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/attempt/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Take what people say to the task, as a running attempt
         * @description Answers as soon as there is a message after `after`, or with none after `wait_ms`; at most 20 at a time. What is given counts as taken.
         */
        get: operations["takeMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the artifacts of a task */
        get: operations["listArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/artifacts/{artifact_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Download an artifact */
        get: operations["downloadArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/attempts/{epoch}/artifacts/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload an artifact
         * @description The raw bytes, at most 100 MiB, streamed. One of the same name is replaced.
         */
        put: operations["uploadArtifact"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the log of a task
         * @description All attempts one after the other.
         */
        get: operations["readLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/log/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow the log of a task
         * @description Server-sent events, each a LogEntry; resumable with Last-Event-ID. Ends when the task has ended.
         */
        get: operations["followLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List alerts, newest first */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an alert and whom it was told to */
        get: operations["getAlert"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that somebody looks after an alert */
        post: operations["acknowledgeAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End an alert
         * @description While its condition holds it opens again, without being told anew within the cool-down.
         */
        post: operations["resolveAlert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/alerts/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test by every notifier, and tell what each receiver answered
         * @description Waits up to twenty seconds. Takes a key that is for all projects.
         */
        post: operations["testNotifiers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AddAgent: {
            /** @enum {string} */
            kind: "ollama" | "openai";
            name: string;
            /** @description http(s), without credentials, such as http://192.168.1.20:11434 */
            url: string;
            /** @description slug or id: it serves this project only; default: the project of the key, else every project */
            project?: string;
            /** @description sent as `Authorization: Bearer`; stored sealed and never shown again */
            key?: string;
            /**
             * @description words of yours beside what its models bring; vision, tools and thinking count for each that can chat
             * @default []
             */
            capabilities?: string[];
            labels?: {
                [key: string]: string;
            };
            /** @description calls at once; default: 1 for ollama, 4 for openai */
            max_concurrent?: number;
            prices?: {
                [key: string]: components["schemas"]["ModelPriceInput"];
            };
        };
        Agent: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            kind: "command" | "acp" | "ollama" | "openai";
            /** @description null: serves every project */
            project_id: string | null;
            runner_id: string | null;
            /** @description the runner's name; null for a model server */
            runner: string | null;
            capabilities: string[];
            models: string[];
            labels: {
                [key: string]: string;
            };
            max_concurrent: number;
            /** @description slots taken by live leases */
            used: number;
            /** @enum {string} */
            status: "pending" | "online" | "degraded" | "offline" | "draining" | "not_ready" | "parked";
            not_ready_reason: string | null;
            account: string | null;
            /** @description when the limit of its account is lifted; null when it is not reached */
            parked_until: string | null;
            parked_reason: string | null;
            /** @description of a model server */
            url: string | null;
            /** @description a model server is called with a key; which one is never shown */
            has_key: boolean;
            /** @description of a model server, as it tells */
            version: string | null;
            /** @description of a model server, by model */
            prices: {
                [key: string]: components["schemas"]["ModelPrice"];
            };
            /** @description of a model server: the models it has */
            inventory: components["schemas"]["Model"][];
            /** @description too many calls in a row failed to connect: it gets no work until it answers a probe */
            breaker_open: boolean;
            /** @description of a model server: what went wrong when it was called last */
            problem: string | null;
            last_seen_at: string | null;
            created_at: string;
        };
        Alert: {
            /** Format: uuid */
            id: string;
            rule: string;
            /** @description what it is about: the id of an agent, a component of a replica ... */
            subject: string;
            /** @description null: it concerns the whole fleet */
            project_id: string | null;
            /** @enum {string} */
            severity: "warning" | "critical";
            /** @enum {string} */
            state: "open" | "acknowledged" | "resolved";
            summary: string;
            detail: string | null;
            opened_at: string;
            /** @description when a replica last saw that the condition holds */
            last_seen_at: string;
            /** @description how often it has opened; again within the cool-down it is the same alert */
            count: number;
            notified_at: string | null;
            acknowledged_at: string | null;
            acknowledged_by: string | null;
            resolved_at: string | null;
            /** @description `key:<id>`, or `coordinator` when it was over by itself */
            resolved_by: string | null;
            /** @description what to do, in the documentation */
            runbook: string;
        };
        AlertDetail: {
            /** Format: uuid */
            id: string;
            rule: string;
            /** @description what it is about: the id of an agent, a component of a replica ... */
            subject: string;
            /** @description null: it concerns the whole fleet */
            project_id: string | null;
            /** @enum {string} */
            severity: "warning" | "critical";
            /** @enum {string} */
            state: "open" | "acknowledged" | "resolved";
            summary: string;
            detail: string | null;
            opened_at: string;
            /** @description when a replica last saw that the condition holds */
            last_seen_at: string;
            /** @description how often it has opened; again within the cool-down it is the same alert */
            count: number;
            notified_at: string | null;
            acknowledged_at: string | null;
            acknowledged_by: string | null;
            resolved_at: string | null;
            /** @description `key:<id>`, or `coordinator` when it was over by itself */
            resolved_by: string | null;
            /** @description what to do, in the documentation */
            runbook: string;
            /** @description whom it was told to; empty for a key of one project */
            deliveries: {
                /**
                 * Format: uuid
                 * @description given to the receiver with every try
                 */
                id: string;
                notifier: string;
                attempts: number;
                delivered_at: string | null;
                gave_up_at: string | null;
                /** @description null when there will be none */
                next_attempt_at: string | null;
                /** @description what the receiver said to the last try, or why there was no answer */
                answer: string | null;
            }[];
        };
        Answer: {
            /** @description id of one of the options */
            option?: string;
            /** @description in own words, where the question takes them */
            text?: string;
        };
        AppendLog: {
            /**
             * Format: uuid
             * @description from the session that claimed the attempt
             */
            holder_id: string;
            entries: {
                /** @description grows by one; a repeated seq is ignored */
                seq: number;
                /**
                 * @description transcript: each text is one JSON object, see docs/transcript.md
                 * @enum {string}
                 */
                stream: "stdout" | "stderr" | "system" | "transcript";
                /** @description at most 16 KiB */
                text: string;
            }[];
        };
        Artifact: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            task_id: string;
            epoch: number;
            name: string;
            content_type: string;
            size_bytes: number;
            /** @description hex */
            sha256: string;
            created_at: string;
        };
        AskQuestion: {
            /** @description asked again with this key, also by a later attempt, it is the same question; default: made of the rest. A request for permission is the same only when the rest is the same too */
            key?: string;
            /**
             * @default question
             * @enum {string}
             */
            kind?: "question" | "permission";
            title: string;
            detail?: string;
            /** @default [] */
            options?: {
                id: string;
                /** @description what a person reads */
                name: string;
            }[];
            /** @description default: true when there are no options */
            allow_text?: boolean;
            /** @description the answer when it expires */
            default_answer?: components["schemas"]["Answer"];
            /** @description after this it is answered by `default_answer`, or expires without one; default: never */
            expires_in_ms?: number;
        };
        Attempt: {
            /** Format: uuid */
            task_id: string;
            epoch: number;
            /** Format: uuid */
            agent_id: string;
            agent: string;
            runner: string | null;
            /** Format: uuid */
            holder_id: string;
            claimed_at: string;
            started_at: string | null;
            ended_at: string | null;
            outcome: ("succeeded" | "failed" | "lost" | "released" | "cancelled" | "expired") | null;
            error: components["schemas"]["TaskError"] | null;
            usage: components["schemas"]["Usage"] | null;
        };
        ChangeAgent: {
            name?: string;
            /** @description http(s), without credentials, such as http://192.168.1.20:11434 */
            url?: string;
            /** @description null: none */
            key?: string | null;
            /** @description words of yours beside what its models bring; vision, tools and thinking count for each that can chat */
            capabilities?: string[];
            labels?: {
                [key: string]: string;
            };
            /** @description calls at once */
            max_concurrent?: number;
            prices?: {
                [key: string]: components["schemas"]["ModelPriceInput"];
            };
        };
        ChatMessage: {
            /** @enum {string} */
            role: "system" | "user" | "assistant" | "tool";
            content: string;
            images?: {
                /** @enum {string} */
                type: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
                /** Format: base64 */
                base64: string;
            }[];
            /** @description of an assistant: what it had called */
            tool_calls?: {
                id: string;
                name: string;
                arguments: string;
            }[];
            /** @description of a tool: which call it answers */
            tool_call_id?: string;
        };
        CompleteAttempt: {
            /**
             * Format: uuid
             * @description from the session that claimed the attempt
             */
            holder_id: string;
            /** @description at most 1 MiB */
            result?: unknown;
            usage?: components["schemas"]["Usage"];
            /** @description what a task that continues this one needs; at most 16 KiB */
            session?: unknown;
        };
        ContinueTask: {
            prompt: string;
            /** @description default: the first line of the prompt */
            title?: string;
        };
        CreateEnrolment: {
            /** @description slug or id: the runner serves this project only; default: every project */
            project?: string;
            /**
             * @description how long the token may be used
             * @default 3600000
             */
            ttl_ms?: number;
        };
        CreateKey: {
            /** @description what or whom it is for */
            name: string;
            /** @enum {string} */
            role: "admin" | "developer" | "viewer";
            /** @description slug or id: the key is for this project only; default: the project of your key, else all */
            project?: string;
            /** @description how long it is valid; default: for ever */
            ttl_ms?: number;
        };
        CreateProject: {
            slug: string;
            /** @description default: the slug */
            name?: string;
            /**
             * @description share of the fleet when several projects have work: twice the weight, twice the running tasks
             * @default 1
             */
            weight?: number;
            /** @default 10000 */
            max_unfinished_tasks?: number;
            /**
             * @description every task waits until somebody approves it
             * @default false
             */
            requires_approval?: boolean;
            /** @default [] */
            permission_rules?: {
                /** @enum {string} */
                action: "allow" | "deny" | "ask";
                /** @default * */
                tool?: ("read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other") | "*";
                /** @description glob that every path of the request matches, relative to the workspace; without it, any request */
                path?: string;
            }[];
        };
        DeclareAgents: {
            /** Format: uuid */
            holder_id: string;
            agents: {
                name: string;
                /** @enum {string} */
                kind: "command" | "acp";
                /** @default [] */
                capabilities?: string[];
                /** @default [] */
                models?: string[];
                labels?: {
                    [key: string]: string;
                };
                /**
                 * @description slots
                 * @default 1
                 */
                max_concurrent?: number;
                /**
                 * @description why it cannot be started now; null when it can
                 * @default null
                 */
                not_ready_reason?: string | null;
                /**
                 * @description the account of a provider that it works on: agents of one account share its limits
                 * @default null
                 */
                account?: string | null;
            }[];
        };
        DependencyResult: {
            /** Format: uuid */
            task_id: string;
            name: string;
            /** @enum {string} */
            state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            result: unknown | null;
        };
        Directive: {
            /** Format: uuid */
            task_id: string;
            epoch: number;
            /** @enum {string} */
            directive: "continue" | "cancel" | "stop";
        };
        EnrolRunner: {
            token: string;
            name: string;
        };
        Enrolment: {
            /** @description shown this once */
            token: string;
            expires_at: string;
        };
        Event: {
            /** @description grows; send it as Last-Event-ID to go on after this event */
            id: string;
            /** @description <noun>.<what happened to it> */
            type: string;
            at: string;
            project_id: string | null;
            task_id: string | null;
            /** @description key:<id>, runner:<id>, attempt:<task>/<epoch>, enrolment:<id>, coordinator or server */
            actor: string;
            data: unknown;
        };
        FailAttempt: {
            /**
             * Format: uuid
             * @description from the session that claimed the attempt
             */
            holder_id: string;
            error: components["schemas"]["TaskError"];
            /** @description true: another attempt may succeed */
            retryable: boolean;
            usage?: components["schemas"]["Usage"];
            /** @description what a task that continues this one needs; at most 16 KiB */
            session?: unknown;
        };
        Grant: {
            /** Format: uuid */
            task_id: string;
            epoch: number;
            token: string;
            /** Format: uuid */
            project_id: string;
            /** Format: uuid */
            agent_id: string;
            title: string;
            prompt: string | null;
            call: components["schemas"]["ModelCall"] | null;
            needs: components["schemas"]["Needs"];
            /** @description what the result must satisfy */
            result_schema: unknown | null;
            /** @description of the project; the agent’s own come first */
            permission_rules: {
                /** @enum {string} */
                action: "allow" | "deny" | "ask";
                /** @default * */
                tool: ("read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other") | "*";
                /** @description glob that every path of the request matches, relative to the workspace; without it, any request */
                path?: string;
            }[];
            /** @description what this task goes on with: what its last attempt left to be resumed, and what it did, in words */
            continues: {
                /** Format: uuid */
                task_id: string;
                session: unknown | null;
                summary: string;
            } | null;
            input: unknown | null;
            labels: {
                [key: string]: string;
            };
            workspace: components["schemas"]["Workspace"];
            /** @description 1 for the first */
            attempt: number;
            max_attempts: number;
            attempt_timeout_ms: number | null;
            /** @description W3C Trace Context: what is done for the attempt belongs to this trace */
            traceparent: string | null;
            /** @description results wait at GET /tasks/{id}/dependencies */
            has_dependencies: boolean;
        };
        Health: {
            /**
             * @description healthy: every component is operational
             * @enum {string}
             */
            status: "healthy" | "degraded";
            version: string;
            timestamp: string;
            components: {
                api: {
                    /** @enum {string} */
                    status: "operational" | "degraded";
                    /** @description what is wrong */
                    detail?: string;
                } & {
                    [key: string]: unknown;
                };
                database: {
                    /** @enum {string} */
                    status: "operational" | "degraded";
                    /** @description what is wrong */
                    detail?: string;
                } & {
                    [key: string]: unknown;
                };
                coordinator: {
                    /** @enum {string} */
                    status: "operational" | "degraded";
                    /** @description what is wrong */
                    detail?: string;
                } & {
                    [key: string]: unknown;
                };
                agents: {
                    /** @enum {string} */
                    status: "operational" | "degraded";
                    /** @description what is wrong */
                    detail?: string;
                } & {
                    [key: string]: unknown;
                };
                event_stream: {
                    /** @enum {string} */
                    status: "operational" | "degraded";
                    /** @description what is wrong */
                    detail?: string;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        Key: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "developer" | "viewer";
            /** @description null: every project */
            project_id: string | null;
            created_at: string;
            expires_at: string | null;
            /** @description until when the secret before the last rotation is valid */
            previous_secret_until: string | null;
            revoked_at: string | null;
        };
        LogEntry: {
            /** @description grows by one; a repeated seq is ignored */
            seq: number;
            /**
             * @description transcript: each text is one JSON object, see docs/transcript.md
             * @enum {string}
             */
            stream: "stdout" | "stderr" | "system" | "transcript";
            /** @description at most 16 KiB */
            text: string;
            epoch: number;
            at: string;
        };
        Message: {
            seq: number;
            text: string;
            sent_by: string;
            sent_at: string;
            /** @description epoch of the attempt that has taken it */
            taken_by: number | null;
        };
        Model: {
            name: string;
            capabilities: ("chat" | "vision" | "tools" | "embedding" | "thinking")[];
            size_bytes: number | null;
            /** @description such as 7.6B */
            parameters: string | null;
            /** @description such as Q4_K_M */
            quantisation: string | null;
            /** @description tokens */
            context_length: number | null;
            /** @description in memory now, so that a call need not wait for it */
            loaded: boolean;
            loaded_until: string | null;
        };
        ModelCall: {
            system?: string;
            messages?: components["schemas"]["ChatMessage"][];
            /** @description what the model may call; the result then holds `tool_calls` */
            tools?: {
                name: string;
                description?: string;
                /** @description JSON Schema of the arguments */
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            parameters?: {
                temperature?: number;
                top_p?: number;
                /** @description longest answer */
                max_tokens?: number;
                seed?: number;
                stop?: string[];
            };
            /**
             * @description json: the result is the JSON that the model wrote; the default when the task has a `result_schema`
             * @enum {string}
             */
            response_format?: "text" | "json";
            /**
             * @description how often a model whose JSON is bad is asked again, with the errors
             * @default 0
             */
            repairs: number;
            /** @description texts to embed, instead of a chat */
            embed?: string[];
        };
        ModelCallInput: {
            system?: string;
            messages?: components["schemas"]["ChatMessage"][];
            /** @description what the model may call; the result then holds `tool_calls` */
            tools?: {
                name: string;
                description?: string;
                /** @description JSON Schema of the arguments */
                parameters: {
                    [key: string]: unknown;
                };
            }[];
            parameters?: {
                temperature?: number;
                top_p?: number;
                /** @description longest answer */
                max_tokens?: number;
                seed?: number;
                stop?: string[];
            };
            /**
             * @description json: the result is the JSON that the model wrote; the default when the task has a `result_schema`
             * @enum {string}
             */
            response_format?: "text" | "json";
            /**
             * @description how often a model whose JSON is bad is asked again, with the errors
             * @default 0
             */
            repairs?: number;
            /** @description texts to embed, instead of a chat */
            embed?: string[];
        };
        ModelPrice: {
            /** @description a million tokens of the prompt */
            input_per_million: number;
            /** @description a million tokens of the answer */
            output_per_million: number;
            /**
             * @default USD
             * @constant
             */
            currency: "USD";
        };
        ModelPriceInput: {
            /** @description a million tokens of the prompt */
            input_per_million: number;
            /** @description a million tokens of the answer */
            output_per_million: number;
            /**
             * @default USD
             * @constant
             */
            currency?: "USD";
        };
        Needs: {
            /**
             * @description the agent has all of them; of a model server, one model has
             * @default []
             */
            capabilities: string[];
            /** @description the agent offers exactly this model */
            model?: string;
            /** @description tokens that the model can look at, at least; of model servers */
            min_context_length?: number;
            /** @enum {string} */
            kind?: "command" | "acp" | "ollama" | "openai";
            /**
             * @description every rule holds for the agent’s labels
             * @default []
             */
            labels: ({
                key: string;
                /** @enum {string} */
                op: "=" | "!=";
                value: string;
            } | {
                key: string;
                /** @constant */
                op: "in";
                values: string[];
            } | {
                key: string;
                /** @constant */
                op: "exists";
            })[];
            /** @description pin: id or name of the one agent that may do it */
            agent?: string;
            /** @description pin: id or name of the one runner that may do it */
            runner?: string;
            /**
             * @description slots it takes of the agent
             * @default 1
             */
            slots: number;
        };
        NeedsInput: {
            /**
             * @description the agent has all of them; of a model server, one model has
             * @default []
             */
            capabilities?: string[];
            /** @description the agent offers exactly this model */
            model?: string;
            /** @description tokens that the model can look at, at least; of model servers */
            min_context_length?: number;
            /** @enum {string} */
            kind?: "command" | "acp" | "ollama" | "openai";
            /**
             * @description every rule holds for the agent’s labels
             * @default []
             */
            labels?: ({
                key: string;
                /** @enum {string} */
                op: "=" | "!=";
                value: string;
            } | {
                key: string;
                /** @constant */
                op: "in";
                values: string[];
            } | {
                key: string;
                /** @constant */
                op: "exists";
            })[];
            /** @description pin: id or name of the one agent that may do it */
            agent?: string;
            /** @description pin: id or name of the one runner that may do it */
            runner?: string;
            /**
             * @description slots it takes of the agent
             * @default 1
             */
            slots?: number;
        };
        NewKey: {
            /** Format: uuid */
            id: string;
            name: string;
            /** @enum {string} */
            role: "admin" | "developer" | "viewer";
            /** @description null: every project */
            project_id: string | null;
            created_at: string;
            expires_at: string | null;
            /** @description until when the secret before the last rotation is valid */
            previous_secret_until: string | null;
            revoked_at: string | null;
            /** @description whk_..., shown this once */
            secret: string;
        };
        OpenSession: {
            version: string;
            hostname: string;
            os: string;
            agents: {
                name: string;
                /** @enum {string} */
                kind: "command" | "acp";
                /** @default [] */
                capabilities?: string[];
                /** @default [] */
                models?: string[];
                labels?: {
                    [key: string]: string;
                };
                /**
                 * @description slots
                 * @default 1
                 */
                max_concurrent?: number;
                /**
                 * @description why it cannot be started now; null when it can
                 * @default null
                 */
                not_ready_reason?: string | null;
                /**
                 * @description the account of a provider that it works on: agents of one account share its limits
                 * @default null
                 */
                account?: string | null;
            }[];
        };
        OwnAttempt: {
            /** Format: uuid */
            task_id: string;
            epoch: number;
            /** Format: uuid */
            project_id: string;
            awaiting_input: boolean;
            /** @description how long it has waited for answers so far; its time limit is later by that */
            awaited_ms: number;
            cancel_requested: boolean;
        };
        ParkAccount: {
            /** Format: uuid */
            holder_id: string;
            account: string;
            /**
             * Format: date-time
             * @description when the limit is lifted; 31 days ahead at most
             */
            parked_until: string;
            /** @description what the agent said, for people */
            reason: string;
        };
        Poll: {
            /** Format: uuid */
            holder_id: string;
            /** @description every attempt the runner holds; each lease is renewed */
            attempts: {
                /** Format: uuid */
                task_id: string;
                epoch: number;
            }[];
            /** @description free slots by agent */
            wants: {
                /** Format: uuid */
                agent_id: string;
                slots: number;
            }[];
            /** @default 0 */
            wait_ms?: number;
        };
        PollAnswer: {
            lease_ttl_ms: number;
            /** @description one for every attempt in the request */
            directives: components["schemas"]["Directive"][];
            grants: components["schemas"]["Grant"][];
        };
        Probe: {
            /** @enum {string} */
            status: "ok" | "ready" | "not_ready";
            detail?: string;
        };
        Problem: {
            /** @description urn:whoosh:error:<code> */
            type: string;
            title: string;
            status: number;
            /** @description one sentence for the person who meets it */
            detail: string;
            /** @enum {string} */
            code: "invalid_request" | "malformed_json" | "json_too_deep" | "body_too_large" | "input_too_large" | "result_too_large" | "artifacts_full" | "log_line_too_large" | "unsupported_media_type" | "malformed_http" | "request_timeout" | "headers_too_large" | "unauthenticated" | "forbidden" | "not_found" | "method_not_allowed" | "idempotency_key_reused" | "unsatisfiable" | "unknown_dependency" | "dependency_cycle" | "invalid_schema" | "slug_taken" | "name_taken" | "agents_full" | "secret_unusable" | "invalid_state" | "lease_lost" | "outcome_conflict" | "subtask_limit" | "questions_full" | "messages_full" | "events_restarted" | "session_superseded" | "enrolment_used" | "queue_full" | "rate_limited" | "unavailable" | "draining" | "internal";
            /** @description stands in the log of the server */
            request_id: string;
            /** @description one entry for every field that was wrong */
            errors: {
                path: string;
                message: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        Project: {
            /** Format: uuid */
            id: string;
            number: number;
            slug: string;
            name: string;
            weight: number;
            max_unfinished_tasks: number;
            requires_approval: boolean;
            permission_rules: {
                /** @enum {string} */
                action: "allow" | "deny" | "ask";
                /** @default * */
                tool: ("read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other") | "*";
                /** @description glob that every path of the request matches, relative to the workspace; without it, any request */
                path?: string;
            }[];
            created_at: string;
        };
        Question: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            task_id: string;
            task_title: string;
            /** Format: uuid */
            project_id: string;
            epoch: number;
            /** @enum {string} */
            kind: "question" | "permission";
            title: string;
            detail: string | null;
            options: {
                id: string;
                /** @description what a person reads */
                name: string;
            }[];
            allow_text: boolean;
            /** @enum {string} */
            state: "pending" | "answered" | "dismissed" | "expired";
            answer: {
                option?: string;
                text?: string;
            } | null;
            /** @description the answer when it expires */
            default_answer: {
                option?: string;
                text?: string;
            } | null;
            /** @description who answered or dismissed it: `key:<id>`, `default` or `coordinator` */
            answered_by: string | null;
            answered_at: string | null;
            asked_at: string;
            expires_at: string | null;
        };
        ReleaseAttempt: {
            /**
             * Format: uuid
             * @description from the session that claimed the attempt
             */
            holder_id: string;
        };
        ReportAnswer: {
            /** @enum {string} */
            state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            duplicate: boolean;
        };
        ReportProgress: {
            percent?: number;
            /** @description one sentence */
            text?: string;
        };
        Runner: {
            /** Format: uuid */
            id: string;
            name: string;
            project_id: string | null;
            version: string | null;
            hostname: string | null;
            os: string | null;
            online: boolean;
            last_seen_at: string | null;
            agents: number;
            created_at: string;
        };
        RunnerCredential: {
            /** Format: uuid */
            runner_id: string;
            /** @description whr_..., shown this once */
            credential: string;
        };
        SendMessage: {
            text: string;
        };
        Session: {
            /** Format: uuid */
            holder_id: string;
            /** Format: uuid */
            runner_id: string;
            agents: {
                /** Format: uuid */
                id: string;
                name: string;
            }[];
            lease_ttl_ms: number;
            /** @description longest useful wait_ms */
            long_poll_ms: number;
        };
        StartAttempt: {
            /**
             * Format: uuid
             * @description from the session that claimed the attempt
             */
            holder_id: string;
        };
        Status: {
            system: {
                /**
                 * @description of this replica, as /health says
                 * @enum {string}
                 */
                status: "operational" | "degraded";
                /** @description seconds since this replica started */
                uptime: number;
                version: string;
            };
            agents: {
                total: number;
                /** @description reachable, taking work, with a free slot */
                available: number;
                /** @description reachable, taking work, without a free slot */
                busy: number;
                /** @description the 1000 oldest */
                details: {
                    /** @description `runner/agent`, or the name of a model server */
                    name: string;
                    kind: string;
                    status: string;
                    slots: {
                        used: number;
                        total: number;
                    };
                }[];
            };
            /** @description ever, also those that retention has dropped; an end is counted within seconds */
            tasks: {
                /** @description all of them, those that were cancelled too */
                total: number;
                /** @description waiting or queued */
                pending: number;
                /** @description leased or running */
                running: number;
                /** @description succeeded */
                completed: number;
                /** @description failed or expired */
                failed: number;
            };
        };
        SubmitBatch: {
            tasks: {
                /** @description slug or id; default: the project of the key, else `default` */
                project?: string;
                title: string;
                /** @description what the agent is told */
                prompt?: string;
                call?: components["schemas"]["ModelCallInput"];
                /** @description data for the agent; title, prompt and input together at most 256 KiB */
                input?: unknown;
                /** @default {} */
                needs?: components["schemas"]["NeedsInput"];
                labels?: {
                    [key: string]: string;
                };
                /**
                 * @description higher first
                 * @default 5
                 */
                priority?: number;
                /**
                 * @default {
                 *       "kind": "none"
                 *     }
                 */
                workspace?: components["schemas"]["WorkspaceInput"];
                /** @description JSON Schema (2020-12) that the result must satisfy, else the task fails with reason `invalid`; at most 32 KiB */
                result_schema?: {
                    [key: string]: unknown;
                } | boolean;
                max_attempts?: number;
                backoff_base_ms?: number;
                backoff_cap_ms?: number;
                /** @description longest time an attempt may run */
                attempt_timeout_ms?: number;
                /**
                 * Format: date-time
                 * @description not to be claimed before
                 */
                available_at?: string;
                /**
                 * Format: date-time
                 * @description expires when not claimed by then
                 */
                queue_deadline_at?: string;
                /**
                 * Format: date-time
                 * @description expires when not finished by then
                 */
                deadline_at?: string;
                /** @default [] */
                depends_on?: {
                    /** @description id of a task of the same project, or in a batch the `ref` of another one */
                    task: string;
                    /**
                     * @description when it ends without success: fail this task, cancel it, or run it anyway
                     * @default fail
                     * @enum {string}
                     */
                    policy?: "fail" | "skip" | "run";
                    /** @description key under which this task finds the result; default: the ref or the id */
                    name?: string;
                }[];
                /**
                 * @description waits until somebody approves it
                 * @default false
                 */
                requires_approval?: boolean;
                /**
                 * Format: uuid
                 * @description a finished task of the same project whose session and workspace this one goes on with
                 */
                continues?: string;
                /**
                 * @description accept needs that no known agent could satisfy, and wait for one
                 * @default false
                 */
                allow_unsatisfiable?: boolean;
                /** @description name of this task within the batch */
                ref?: string;
            }[];
        };
        SubmitTask: {
            /** @description slug or id; default: the project of the key, else `default` */
            project?: string;
            title: string;
            /** @description what the agent is told */
            prompt?: string;
            call?: components["schemas"]["ModelCallInput"];
            /** @description data for the agent; title, prompt and input together at most 256 KiB */
            input?: unknown;
            /** @default {} */
            needs?: components["schemas"]["NeedsInput"];
            labels?: {
                [key: string]: string;
            };
            /**
             * @description higher first
             * @default 5
             */
            priority?: number;
            /**
             * @default {
             *       "kind": "none"
             *     }
             */
            workspace?: components["schemas"]["WorkspaceInput"];
            /** @description JSON Schema (2020-12) that the result must satisfy, else the task fails with reason `invalid`; at most 32 KiB */
            result_schema?: {
                [key: string]: unknown;
            } | boolean;
            max_attempts?: number;
            backoff_base_ms?: number;
            backoff_cap_ms?: number;
            /** @description longest time an attempt may run */
            attempt_timeout_ms?: number;
            /**
             * Format: date-time
             * @description not to be claimed before
             */
            available_at?: string;
            /**
             * Format: date-time
             * @description expires when not claimed by then
             */
            queue_deadline_at?: string;
            /**
             * Format: date-time
             * @description expires when not finished by then
             */
            deadline_at?: string;
            /** @default [] */
            depends_on?: {
                /** @description id of a task of the same project, or in a batch the `ref` of another one */
                task: string;
                /**
                 * @description when it ends without success: fail this task, cancel it, or run it anyway
                 * @default fail
                 * @enum {string}
                 */
                policy?: "fail" | "skip" | "run";
                /** @description key under which this task finds the result; default: the ref or the id */
                name?: string;
            }[];
            /**
             * @description waits until somebody approves it
             * @default false
             */
            requires_approval?: boolean;
            /**
             * Format: uuid
             * @description a finished task of the same project whose session and workspace this one goes on with
             */
            continues?: string;
            /**
             * @description accept needs that no known agent could satisfy, and wait for one
             * @default false
             */
            allow_unsatisfiable?: boolean;
        };
        Task: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            project_id: string;
            title: string;
            /** @enum {string} */
            state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            reason: string | null;
            priority: number;
            labels: {
                [key: string]: string;
            };
            /** @description attempts used */
            attempts: number;
            max_attempts: number;
            epoch: number;
            agent_id: string | null;
            /** @description it asked something and waits for the answer; its clock stands still */
            awaiting_input: boolean;
            awaiting_approval: boolean;
            created_at: string;
            started_at: string | null;
            finished_at: string | null;
            prompt: string | null;
            call: components["schemas"]["ModelCall"] | null;
            /** @description what the latest attempt said of how far it is */
            progress: {
                percent: number | null;
                text: string | null;
            } | null;
            input: unknown | null;
            needs: components["schemas"]["Needs"];
            workspace: components["schemas"]["Workspace"];
            result_schema: unknown | null;
            backoff_base_ms: number;
            backoff_cap_ms: number;
            attempt_timeout_ms: number | null;
            available_at: string | null;
            queue_deadline_at: string | null;
            deadline_at: string | null;
            cancel_requested_at: string | null;
            open_dependencies: number;
            depends_on: {
                /** Format: uuid */
                task: string;
                policy: string;
                name: string;
            }[];
            retried_from: string | null;
            requires_approval: boolean;
            /** @description the task whose attempt submitted it */
            parent_id: string | null;
            /** @description 0; of a sub-task one more than its parent */
            depth: number;
            continues: string | null;
            submitted_by: string;
            /** @description the trace that it belongs to (W3C Trace Context), as it was submitted */
            traceparent: string | null;
            result: unknown | null;
            error: components["schemas"]["TaskError"] | null;
        };
        TaskError: {
            code: string;
            message: string;
        };
        TaskSummary: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            project_id: string;
            title: string;
            /** @enum {string} */
            state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            reason: string | null;
            priority: number;
            labels: {
                [key: string]: string;
            };
            /** @description attempts used */
            attempts: number;
            max_attempts: number;
            epoch: number;
            agent_id: string | null;
            /** @description it asked something and waits for the answer; its clock stands still */
            awaiting_input: boolean;
            awaiting_approval: boolean;
            created_at: string;
            started_at: string | null;
            finished_at: string | null;
        };
        TestedNotifiers: {
            notifiers: {
                notifier: string;
                delivered: boolean;
                answer: string;
            }[];
        };
        UpdateProject: {
            /** @description default: the slug */
            name?: string;
            weight?: number;
            max_unfinished_tasks?: number;
            /** @description of tasks submitted from now on */
            requires_approval?: boolean;
            permission_rules?: {
                /** @enum {string} */
                action: "allow" | "deny" | "ask";
                /** @default * */
                tool?: ("read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "switch_mode" | "other") | "*";
                /** @description glob that every path of the request matches, relative to the workspace; without it, any request */
                path?: string;
            }[];
        };
        Usage: {
            [key: string]: number | string | null;
        };
        Why: {
            /** Format: uuid */
            task_id: string;
            /** @enum {string} */
            state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            /** @description one sentence for a person */
            summary: string;
            /** @description what would let it go on */
            unblock: string[];
            /** @description 1 is next in its queue; null when not queued */
            queue_position: number | null;
            available_at: string | null;
            open_dependencies: {
                /** Format: uuid */
                task_id: string;
                title: string;
                /** @enum {string} */
                state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
            }[];
            agents: {
                /** Format: uuid */
                agent_id: string;
                agent: string;
                runner: string | null;
                /** @enum {string} */
                verdict: "kind_mismatch" | "pinned_elsewhere" | "capability_missing" | "model_missing" | "model_unsuitable" | "label_mismatch" | "too_few_slots" | "not_approved" | "offline" | "breaker_open" | "draining" | "not_ready" | "account_parked" | "no_free_slot" | "eligible";
                detail: string;
            }[];
        };
        Workspace: {
            /** @constant */
            kind: "none";
        } | {
            /** @constant */
            kind: "directory";
            path: string;
        } | {
            /** @constant */
            kind: "git";
            /** @description URL (https, http, ssh, git) or a path that the runner allows */
            repository: string;
            /**
             * @description branch, tag or commit to start from
             * @default HEAD
             */
            ref: string;
            /**
             * @description push the branch whoosh/<task>-<n> back to the repository
             * @default false
             */
            push: boolean;
            /**
             * @description leave the worktree on the runner when the attempt fails
             * @default false
             */
            keep_on_failure: boolean;
        };
        WorkspaceInput: {
            /** @constant */
            kind: "none";
        } | {
            /** @constant */
            kind: "directory";
            path: string;
        } | {
            /** @constant */
            kind: "git";
            /** @description URL (https, http, ssh, git) or a path that the runner allows */
            repository: string;
            /**
             * @description branch, tag or commit to start from
             * @default HEAD
             */
            ref?: string;
            /**
             * @description push the branch whoosh/<task>-<n> back to the repository
             * @default false
             */
            push?: boolean;
            /**
             * @description leave the worktree on the runner when the attempt fails
             * @default false
             */
            keep_on_failure?: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    isAlive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
        };
    };
    hasStarted: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It should */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Probe"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getApiHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that is measured; see docs/operate/metrics.md */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                    "application/openmetrics-text": string;
                };
            };
        };
    };
    getStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of projects */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Project"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProject"];
            };
        };
        responses: {
            /** @description The project, which the same request made before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
            /** @description The new project */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    getProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description slug or id */
                project: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The project */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description slug or id */
                project: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateProject"];
            };
        };
        responses: {
            /** @description The project as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Project"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description slug or id: only agents that may serve it */
                project?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of agents */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Agent"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    addAgent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddAgent"];
            };
        };
        responses: {
            /** @description It was added before, by the same request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description The agent, pending */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    removeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent is removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeAgent"];
            };
        };
        responses: {
            /** @description The agent as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    drainAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    resumeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    unparkAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    createEnrolment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEnrolment"];
            };
        };
        responses: {
            /** @description The token, which is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Enrolment"];
                };
            };
        };
    };
    enrolRunner: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrolRunner"];
            };
        };
        responses: {
            /** @description The credential of the new runner, which is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunnerCredential"];
                };
            };
        };
    };
    declareAgents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeclareAgents"];
            };
        };
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenSession"];
            };
        };
        responses: {
            /** @description The session */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    closeSession: {
        parameters: {
            query: {
                holder_id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session is closed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    parkAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ParkAccount"];
            };
        };
        responses: {
            /** @description The account is parked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    rotateRunnerCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new credential, which is shown this once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunnerCredential"];
                };
            };
        };
    };
    listRunners: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runners */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Runner"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    removeRunner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The runner is removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Key"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateKey"];
            };
        };
        responses: {
            /** @description The new key with its secret, which is shown this once */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key with its new secret, which is shown this once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    followEvents: {
        parameters: {
            query?: {
                /** @description slug or id */
                project?: string;
                /** @description this type only, or with a trailing dot all of a noun: `task.` */
                type?: string;
            };
            header?: {
                /** @description go on after this event */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events; `data` of each is an Event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
        };
    };
    followTaskEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description go on after this event */
                "last-event-id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events; `data` of each is an Event */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            /** @description Last-Event-ID is the last event of the task: do not come back */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listQuestions: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description slug or id */
                project?: string;
                task?: string;
                state?: "pending" | "answered" | "dismissed" | "expired";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Question"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getQuestion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
        };
    };
    answerQuestion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Answer"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
        };
    };
    dismissQuestion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
        };
    };
    askQuestion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskQuestion"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
        };
    };
    waitForAnswer: {
        parameters: {
            query?: {
                wait_ms?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Question"];
                };
            };
        };
    };
    approveAgent: {
        parameters: {
            query?: {
                /** @description the address that you saw: when it has another one by now, nothing is approved */
                url?: string;
            };
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent as it is now; `problem` says why when it does not answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    probeAgent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id, or the name when only one agent has it */
                agent: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
        };
    };
    listTasks: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description slug or id */
                project?: string;
                state?: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
                /** @description only sub-tasks of this task */
                parent?: string;
                /** @description key=value */
                label?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TaskSummary"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    submitTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description repeating the request with the same key does nothing twice */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitTask"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    submitBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description repeating the request with the same key does nothing twice */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubmitBatch"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                    };
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Task"][];
                    };
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    whyTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Why"];
                };
            };
        };
    };
    listAttempts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Attempt"][];
                    };
                };
            };
        };
    };
    listDependencies: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DependencyResult"][];
                    };
                };
            };
        };
    };
    cancelTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    retryTask: {
        parameters: {
            query?: never;
            header?: {
                /** @description repeating the request with the same key does nothing twice */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    approveTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    continueTask: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContinueTask"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Task"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
        };
    };
    pollForWork: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Poll"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PollAnswer"];
                };
            };
        };
    };
    startAttempt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartAttempt"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "waiting" | "queued" | "leased" | "running" | "succeeded" | "failed" | "cancelled" | "expired";
                    };
                };
            };
        };
    };
    completeAttempt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteAttempt"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                };
            };
        };
    };
    failAttempt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailAttempt"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                };
            };
        };
    };
    releaseAttempt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseAttempt"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                };
            };
        };
    };
    appendLog: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AppendLog"];
            };
        };
        responses: {
            /** @description appended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    showOwnAttempt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnAttempt"];
                };
            };
        };
    };
    reportProgress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportProgress"];
            };
        };
        responses: {
            /** @description noted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    takeMessages: {
        parameters: {
            query?: {
                /** @description seq of the last one that you have */
                after?: number;
                wait_ms?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Message"][];
                    };
                };
            };
        };
    };
    listArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Artifact"][];
                    };
                };
            };
        };
    };
    downloadArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                artifact_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
        };
    };
    uploadArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                epoch: number;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Artifact"];
                };
            };
        };
    };
    readLog: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["LogEntry"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    followLog: {
        parameters: {
            query?: never;
            header?: {
                /** @description go on after this event */
                "last-event-id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["LogEntry"];
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: {
                /** @description next_cursor of the page before */
                cursor?: string;
                limit?: number;
                /** @description slug or id */
                project?: string;
                rule?: string;
                /** @description unresolved: open or acknowledged */
                state?: "unresolved" | "open" | "acknowledged" | "resolved" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Alert"][];
                        next_cursor: string | null;
                    };
                };
            };
        };
    };
    getAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AlertDetail"];
                };
            };
        };
    };
    acknowledgeAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    resolveAlert: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alert"];
                };
            };
        };
    };
    testNotifiers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestedNotifiers"];
                };
            };
        };
    };
}
