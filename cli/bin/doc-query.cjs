#!/usr/bin/env node
'use strict';

require('../dist/doc.cjs').run('doc-query');
