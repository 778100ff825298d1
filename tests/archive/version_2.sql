-- An archive of schema version 2, as its last release wrote it. Never edited.

CREATE TABLE runs (
  id INTEGER NOT NULL,
  name VARCHAR(200) NOT NULL,
  problem TEXT NOT NULL,
  seed VARCHAR(200) NOT NULL,
  strategy TEXT NOT NULL,
  proposer TEXT NOT NULL,
  evals BIGINT,
  time_s ,
  window INTEGER NOT NULL,
  control BOOLEAN NOT NULL,
  minimum_isolation TEXT NOT NULL,
  params_json TEXT NOT NULL,
  problem_parts_json TEXT NOT NULL,
  evaluator TEXT NOT NULL,
  adrs_version TEXT NOT NULL,
  created_at TEXT NOT NULL,
  status VARCHAR(32) NOT NULL,
  spent_s  NOT NULL,
  "order" VARCHAR(32) DEFAULT 'ordered' NOT NULL,
  models_json TEXT,
  replays TEXT DEFAULT '' NOT NULL,
  heldout_key VARCHAR(200) DEFAULT '' NOT NULL,
  without_json TEXT DEFAULT '[]' NOT NULL,
  CONSTRAINT pk_runs PRIMARY KEY (id),
  CONSTRAINT uq_runs_name UNIQUE (name),
  CONSTRAINT ck_runs_status CHECK (status IN ('running', 'interrupted', 'finished')),
  CONSTRAINT ck_runs_spent CHECK (spent_s >= 0)
);
CREATE TABLE programs (
  "key" INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  digest VARCHAR(32) NOT NULL,
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  CONSTRAINT pk_programs PRIMARY KEY ("key"),
  CONSTRAINT uq_programs_run_id_digest UNIQUE (run_id, digest),
  CONSTRAINT fk_programs_run_id FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE evaluations (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  program_id TEXT NOT NULL,
  split VARCHAR(32) NOT NULL,
  verdict VARCHAR(32) NOT NULL,
  score ,
  values_json TEXT NOT NULL,
  metrics_json TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  detail TEXT NOT NULL,
  failed_scenario TEXT,
  decisions BIGINT NOT NULL,
  cpu_s  NOT NULL,
  isolation INTEGER NOT NULL,
  evaluator TEXT NOT NULL,
  repeated BOOLEAN DEFAULT 0 NOT NULL,
  scenarios INTEGER DEFAULT '0' NOT NULL,
  rival TEXT DEFAULT '' NOT NULL,
  behind_after INTEGER,
  CONSTRAINT pk_evaluations PRIMARY KEY (id),
  CONSTRAINT ck_evaluations_score CHECK (score IS NULL OR verdict = 'ok'),
  CONSTRAINT fk_evaluations_run_id FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE trials (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  arm VARCHAR(32) NOT NULL,
  number BIGINT NOT NULL,
  operator TEXT NOT NULL,
  parent_ids_json TEXT NOT NULL,
  proposer TEXT NOT NULL,
  operators_json TEXT NOT NULL,
  idea TEXT NOT NULL,
  rejection TEXT NOT NULL,
  source_is_program BOOLEAN NOT NULL,
  proposal_source TEXT,
  program_key INTEGER,
  evaluation_id INTEGER,
  duplicate_of TEXT,
  asked_after BIGINT DEFAULT '0' NOT NULL,
  arrival BIGINT DEFAULT '0' NOT NULL,
  tried BIGINT DEFAULT '0' NOT NULL,
  CONSTRAINT pk_trials PRIMARY KEY (id),
  CONSTRAINT uq_trials_run_id_arm_number UNIQUE (run_id, arm, number),
  CONSTRAINT uq_trials_evaluation_id UNIQUE (evaluation_id),
  CONSTRAINT ck_trials_arm CHECK (arm IN ('search', 'control')),
  CONSTRAINT ck_trials_number CHECK (number >= 0),
  CONSTRAINT ck_trials_source CHECK (NOT source_is_program OR (program_key IS NOT NULL AND proposal_source IS NULL)),
  CONSTRAINT fk_trials_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_trials_program_key FOREIGN KEY(program_key) REFERENCES programs ("key"),
  CONSTRAINT fk_trials_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id)
);
CREATE INDEX ix_trials_run_id_arm_id ON trials (run_id, arm, id);
CREATE TABLE calls (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  arm VARCHAR(32) NOT NULL,
  trial BIGINT NOT NULL,
  operator TEXT NOT NULL,
  purpose VARCHAR(32) NOT NULL,
  asked_after BIGINT NOT NULL,
  digest VARCHAR(32) NOT NULL,
  model TEXT NOT NULL,
  messages_json TEXT NOT NULL,
  settings_json TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  outcome VARCHAR(32) NOT NULL,
  text TEXT NOT NULL,
  raw TEXT NOT NULL,
  finish TEXT NOT NULL,
  error TEXT NOT NULL,
  prompt_tokens BIGINT NOT NULL,
  completion_tokens BIGINT NOT NULL,
  cached_tokens BIGINT NOT NULL,
  reasoning_tokens BIGINT NOT NULL,
  cost_usd ,
  latency_s  NOT NULL,
  created_at TEXT NOT NULL,
  cached_from TEXT NOT NULL,
  CONSTRAINT pk_calls PRIMARY KEY (id),
  CONSTRAINT fk_calls_run_id FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX ix_calls_spend ON calls (run_id, outcome, completion_tokens, cached_from, cost_usd);
CREATE INDEX ix_calls_digest ON calls (digest);
CREATE INDEX ix_calls_run_id_digest ON calls (run_id, digest);
CREATE TABLE assessments (
  id INTEGER NOT NULL,
  run_id INTEGER NOT NULL,
  role VARCHAR(32) NOT NULL,
  label TEXT NOT NULL,
  program_key INTEGER,
  evaluation_id INTEGER NOT NULL,
  CONSTRAINT pk_assessments PRIMARY KEY (id),
  CONSTRAINT uq_assessments_evaluation_id UNIQUE (evaluation_id),
  CONSTRAINT fk_assessments_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_assessments_program_key FOREIGN KEY(program_key) REFERENCES programs ("key"),
  CONSTRAINT fk_assessments_evaluation_id FOREIGN KEY(evaluation_id) REFERENCES evaluations (id)
);
CREATE INDEX ix_assessments_run_id_id ON assessments (run_id, id);
CREATE TABLE conclusions (
  run_id INTEGER NOT NULL,
  champion_key INTEGER NOT NULL,
  champion_trial BIGINT,
  best_key INTEGER NOT NULL,
  control_key INTEGER,
  improved BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_conclusions PRIMARY KEY (run_id),
  CONSTRAINT fk_conclusions_run_id FOREIGN KEY(run_id) REFERENCES runs (id),
  CONSTRAINT fk_conclusions_champion_key FOREIGN KEY(champion_key) REFERENCES programs ("key"),
  CONSTRAINT fk_conclusions_best_key FOREIGN KEY(best_key) REFERENCES programs ("key"),
  CONSTRAINT fk_conclusions_control_key FOREIGN KEY(control_key) REFERENCES programs ("key")
);
CREATE TABLE schema_version (
  version INTEGER NOT NULL,
  PRIMARY KEY (version)
);

INSERT INTO runs VALUES (1, 'amber-fox', 'spot', '7', 'default', 'openai/small', 100, NULL, 4, 1, 'L2', '{"servers":16,"load":0.7,"zone":"a"}', '{"initial.py":"0123","problem.toml: params":"4567"}', 'spot 1', '0.1.0', '2026-01-02T03:04:05+00:00', 'running', 0.0, 'ordered', '{"models":["openai/small"],"concurrency":2,"calls":3,"tokens":null,"usd":null,"settings":{},"prompt_tokens":24000,"prompts":"","cache":false}', '', '', '[]');
INSERT INTO programs VALUES (1, 1, '854264f6a3d53e778307ce0b2eb95aa7', 'f0185b3098cc20ee', 'y = 1
');
INSERT INTO programs VALUES (2, 1, 'ab4deb866cec80b1964faff2b65d4d9b', '59705646f73aad2b', 'x = 1
');
INSERT INTO programs VALUES (3, 1, 'a672b1a84f03b419b0b4ad2c8f598d14', 'bc22774985eb6b0b', 'x = 1
y = 2  # zwei: ü☃
');
INSERT INTO evaluations VALUES (1, 1, 'f0185b3098cc20ee', 'train', 'ok', 0.30000000000000004, '[0.1,0.5]', '{"cost":0.3333333333333333}', 'f00d', '', NULL, 12, 0.25, 3, 'spot 1', 0, 0, '', NULL);
INSERT INTO evaluations VALUES (2, 1, '59705646f73aad2b', 'train', 'ok', 0.30000000000000004, '[-0.0,0.3333333333333333]', '{"cost":0.3333333333333333}', 'f00d', '', NULL, 12, 0.25, 3, 'spot 1', 0, 0, '', NULL);
INSERT INTO evaluations VALUES (3, 1, 'bc22774985eb6b0b', 'train', 'ok', 0.30000000000000004, '[0.1,0.5]', '{"cost":0.3333333333333333}', 'f00d', '', NULL, 12, 0.25, 3, 'spot 1', 0, 0, '', NULL);
INSERT INTO trials VALUES (1, 1, 'search', 0, 'initial', '[]', 'problem', '[]', '', '', 1, NULL, 2, 2, NULL, 0, 0, 0);
INSERT INTO trials VALUES (2, 1, 'search', 1, 'refine', '["59705646f73aad2b"]', 'openai/small', '[]', 'add y', '', 1, NULL, 3, 3, NULL, 0, 1, 0);
INSERT INTO calls VALUES (1, 1, 'search', 1, 'refine', 'propose', 0, '8abbc726a53a8e8866fac8140bcb314a', 'openai/small', '[["system","You change “policies”."],["user","Change x.\n\tIt is 1."]]', '{}', 1, 'rate_limited', '', '', '', 'HTTP 429', 0, 0, 0, 0, NULL, 0.5, '2026-01-02T03:04:06+00:00', '');
INSERT INTO calls VALUES (2, 1, 'search', 1, 'refine', 'propose', 0, '8abbc726a53a8e8866fac8140bcb314a', 'openai/small', '[["system","You change “policies”."],["user","Change x.\n\tIt is 1."]]', '{}', 2, 'ok', 'IDEA: add y = “2”', '{"content": "IDEA: add y = \u201c2\u201d"}', 'stop', '', 12, 7, 0, 0, 0.30000000000000004, 0.5, '2026-01-02T03:04:06+00:00', '');
INSERT INTO assessments VALUES (1, 1, 'baseline', 'fifo', 1, 1);
INSERT INTO schema_version VALUES (2);
