# Writes a C++ source that holds every migration, so that the binary alone can migrate.
# Called with -DDIRECTORY=<of the .sql files> -DOUTPUT=<file to write>.
file(GLOB files RELATIVE ${DIRECTORY} ${DIRECTORY}/*.sql)
list(SORT files)
set(entries "")
foreach(file IN LISTS files)
    file(READ ${DIRECTORY}/${file} sql)
    string(REPLACE ".sql" "" name ${file})
    string(APPEND entries "        {\"${name}\", R\"SQL(${sql})SQL\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"persistence/migrate.hpp\"

namespace souk {

const std::vector<Migration>& embedded_migrations() {
    static const std::vector<Migration> migrations{
${entries}    };
    return migrations;
}

}  // namespace souk
")
