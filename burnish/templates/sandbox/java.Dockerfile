# The image in which generated Java runs: a JDK, JUnit 5 and JaCoCo. Python is there for
# the program that supervises a run, which arrives with the run.
ARG BASE_IMAGE=eclipse-temurin:17-jdk
FROM ${BASE_IMAGE}
RUN { command -v python3 && test -e /usr/share/java/junit-jupiter-engine.jar \
      && test -e /usr/share/java/org.jacoco.core.jar; } >/dev/null \
    || { apt-get update \
         && apt-get install -y --no-install-recommends python3 junit5 libjacoco-java \
         && rm -rf /var/lib/apt/lists/*; }
COPY toolkit /opt/toolkit/site-packages
RUN mkdir -p /work && chmod 0755 /work
USER 65534:65534
WORKDIR /work
