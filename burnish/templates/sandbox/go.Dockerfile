# The image in which generated Go runs: Go and its own tools. Python is there for
# the program that supervises a run, which arrives with the run.
ARG BASE_IMAGE=golang:1.22-bookworm
FROM ${BASE_IMAGE}
RUN command -v python3 >/dev/null \
    || { apt-get update && apt-get install -y --no-install-recommends python3 \
         && rm -rf /var/lib/apt/lists/*; }
COPY toolkit /opt/toolkit/site-packages
# Since 1.20 Go brings its library as source only: compile it once, and list where it lies.
RUN mkdir -p /work && chmod 0755 /work \
    && { ls "$(go env GOROOT)"/pkg/linux_*/fmt.a 2>/dev/null \
         || { mkdir /opt/go-library && cd /opt/go-library \
              && GOCACHE=/opt/go-library/cache CGO_ENABLED=0 go list -export \
                   -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' std \
                   > importcfg \
              && chmod -R a+rX /opt/go-library; }; }
USER 65534:65534
WORKDIR /work
